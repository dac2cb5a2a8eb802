"""PostgreSQL and Apache Kafka in containers, by `testcontainers`, one of each per pytest process.

The images are named by FILIERE_TEST_POSTGRES_IMAGE and FILIERE_TEST_KAFKA_IMAGE, so that a mirror or a stand-in will
do; FILIERE_TEST_NETWORK=host is for an engine that cannot publish ports.
"""

import asyncio
import atexit
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg

from filiere.embedded.apache_kafka.configuration import NodePlan, properties
from filiere.embedded.ports import LOOPBACK, free_ports
from filiere.embedded.process import EngineError
from filiere.kafka.client import KafkaAdmin
from filiere.kafka.ports import BrokerUnavailable
from filiere.settings import KafkaProfile, Settings

POSTGRES = ("FILIERE_TEST_POSTGRES_IMAGE", "postgres:18.6-trixie")
KAFKA = ("FILIERE_TEST_KAFKA_IMAGE", "apache/kafka:4.4.0")
_WAIT_SECONDS = 120.0
_PASSWORD = "test"  # noqa: S105 - of a server that lives on loopback for the time of a test run
_BEGIN = """
printenv SERVER_PROPERTIES > /tmp/server.properties
/opt/kafka/bin/kafka-storage.sh format --cluster-id RmlsacOocmUtdGVzdHMtMQ --config /tmp/server.properties
exec /opt/kafka/bin/kafka-server-start.sh /tmp/server.properties
"""

_running: list[Any] = []


def why_not() -> str | None:
    """One sentence that says why containers cannot run here; None when they can."""
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # `stop` clears up; a reaper is one image more
    try:
        import docker
        import testcontainers  # noqa: F401 - is it there?
    except ImportError:
        return "INFRA=containers needs the package testcontainers (a development dependency)."
    try:
        docker.from_env(timeout=5).ping()
    except docker.errors.DockerException as error:
        return f"INFRA=containers needs a Docker engine, and none answers ({type(error).__name__})."
    return None


def start() -> None:
    """Start both; afterwards DATABASE_URL, KAFKA_BOOTSTRAP_SERVERS and KAFKA_PROFILE name them."""
    database, broker = free_ports(2)
    try:
        url = _start_postgres(database)
        _start_kafka(broker)
        asyncio.run(_until(lambda: _answers_postgres(url), f"PostgreSQL ({_image(POSTGRES)})"))
        asyncio.run(_until(lambda: _answers_kafka(f"{LOOPBACK}:{broker}"), f"Apache Kafka ({_image(KAFKA)})"))
    except BaseException:
        stop()
        raise
    os.environ |= {
        "DATABASE_URL": url,
        "KAFKA_BOOTSTRAP_SERVERS": f"{LOOPBACK}:{broker}",
        "KAFKA_PROFILE": KafkaProfile.KAFKA.value,
    }


@atexit.register
def stop() -> None:
    """Remove both, whatever becomes of either. Safe to call twice."""
    while _running:
        with contextlib.suppress(Exception):  # one that ended by itself may be gone already
            _running.pop().stop()


def _start_postgres(port: int) -> str:
    command = f"postgres -p {port} -c max_connections=300 -c fsync=off"  # nobody pulls its plug
    _start(_image(POSTGRES), port, {"POSTGRES_PASSWORD": _PASSWORD}, command)
    return f"postgresql://postgres:{_PASSWORD}@{LOOPBACK}:{port}/postgres"


def _start_kafka(port: int) -> None:
    (controller,) = free_ports(1)
    plan = NodePlan(1, port, controller, Path("/tmp/kafka"))  # noqa: S108 - inside the container
    # It listens on every address of the container, and is known by the port published on this machine's loopback.
    text = properties(plan, [plan], 1).replace(f"\nlisteners=BROKER://{LOOPBACK}", "\nlisteners=BROKER://0.0.0.0")
    environment = {"SERVER_PROPERTIES": text, "KAFKA_HEAP_OPTS": "-Xmx512m", "LOG_DIR": "/tmp"}  # noqa: S108
    _start(_image(KAFKA), port, environment, [_BEGIN], entrypoint=["/bin/bash", "-ec"])


def _start(image: str, port: int, environment: dict[str, str], command: str | list[str], **options: Any) -> None:
    from testcontainers.core.container import DockerContainer

    container: Any = DockerContainer(image).with_command(command)
    if os.environ.get("FILIERE_TEST_NETWORK") == "host":
        options["network_mode"] = "host"
    else:
        container.ports[f"{port}/tcp"] = (LOOPBACK, port)
    container.with_kwargs(**options)
    for name, value in environment.items():
        container.with_env(name, value)
    _running.append(container)
    container.start()


def _image(named: tuple[str, str]) -> str:
    variable, default = named
    return os.environ.get(variable) or default


async def _until(answers: Callable[[], Awaitable[None]], what: str) -> None:
    last: Exception | None = None
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            while True:
                try:
                    return await answers()
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, BrokerUnavailable) as error:
                    last = error
                    await asyncio.sleep(0.2)
    except TimeoutError:
        raise EngineError(f"{what} does not answer after {_WAIT_SECONDS:.0f} s: {last}") from None


async def _answers_postgres(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=5)
    await connection.close()


async def _answers_kafka(address: str) -> None:
    async with KafkaAdmin(Settings(kafka_bootstrap_servers=address, kafka_profile=KafkaProfile.KAFKA)) as admin:
        if not await admin.brokers():
            raise BrokerUnavailable("no broker yet")
