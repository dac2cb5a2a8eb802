"""Which engines the tests run on: `--infra`, else `FILIERE_INFRA`, else the embedded wheels.

The same suites run on all of them. A test that needs more than its engines can give says so by a marker and is
skipped, with the reason, where they cannot.
"""

import os
from enum import StrEnum

CHOICE = "FILIERE_INFRA"
_NAMED = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")


class Infra(StrEnum):
    """Where PostgreSQL and the broker come from. A variable that names an engine always wins."""

    EMBEDDED = "embedded"  # the wheels
    KAFKA = "kafka"  # the wheel of PostgreSQL, and an Apache Kafka of the run's own: Java and Maven, no Docker
    ENV = "env"  # what DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS point to
    CONTAINERS = "containers"  # testcontainers; afterwards the same as ENV


MARKERS = {
    "own_broker": "kills, stops or pauses the broker: it must be ours",
    "own_postgres": "kills or stops PostgreSQL: it must be ours",
    "embedded_broker": "about what only the embedded broker does",
    "apache_kafka": "about what only an Apache Kafka does",
}


class InfraMissing(Exception):
    """The chosen engines are not there; the message is one sentence."""


def chosen() -> Infra:
    return Infra(os.environ.get(CHOICE) or Infra.EMBEDDED)


def choose(name: str) -> None:
    """Make it the choice of this process and of those it starts. Raises InfraMissing."""
    infra = Infra(name)
    os.environ[CHOICE] = infra.value
    if infra is Infra.ENV and (absent := [variable for variable in _NAMED if not os.environ.get(variable)]):
        raise InfraMissing(f"INFRA=env runs on the engines that {' and '.join(absent)} name: set them.")
    if infra is Infra.KAFKA:
        from filiere.embedded.apache_kafka import why_not

        if reason := why_not():
            raise InfraMissing(reason)
        os.environ["FILIERE_BROKER"] = "kafka"  # what a whole stack starts
    if infra is Infra.CONTAINERS:
        from filiere.testing.containers import why_not as why_no_containers

        if reason := why_no_containers():
            raise InfraMissing(reason)


def broker_named() -> str | None:
    return os.environ.get("KAFKA_BOOTSTRAP_SERVERS") or None


def postgres_named() -> str | None:
    return os.environ.get("DATABASE_URL") or None


def is_apache_kafka() -> bool:
    """A broker that is named counts as one unless KAFKA_PROFILE says otherwise."""
    if chosen() is Infra.CONTAINERS or broker_named():
        return os.environ.get("KAFKA_PROFILE", "kafka") == "kafka"
    return chosen() is Infra.KAFKA


def why_skip(markers: set[str]) -> str | None:
    """Why a test with these markers cannot run here; None when it can."""
    infra = chosen()
    if "own_broker" in markers and (infra is Infra.CONTAINERS or broker_named()):
        return f"INFRA={infra}: the broker is not ours to kill"
    if "own_postgres" in markers and (infra is Infra.CONTAINERS or postgres_named()):
        return f"INFRA={infra}: PostgreSQL is not ours to kill"
    if "embedded_broker" in markers and is_apache_kafka():
        return "Apache Kafka: this is about what only the embedded broker does"
    if "apache_kafka" in markers and not is_apache_kafka():
        return "the embedded broker cannot do this: run with INFRA=kafka"
    return None
