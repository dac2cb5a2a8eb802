"""How each service is run: its commands, its environment, its addresses."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filiere.embedded.ports import LOOPBACK, free_ports

from stack.launch import Program
from stack.people import COORDINATOR
from stack.settings import StackSettings

API_TITLE = "pages et API"
WORKER_TITLE = "tâche de fond"
_CONTRACTS = Path(__file__).parents[4] / "contracts"
# Variables that choose an engine or a place: a service gets ours, never those meant for the stack as a whole.
_OURS = ("FILIERE_", "DATABASE_", "KAFKA_", "OIDC_")
# Whom receipts and attestations name here: said to be an example on each of them. Another one named whole replaces it.
EXAMPLE_BENEFICIARY = {
    "BENEFICIARY_NAME": "Association d'exemple (démonstration, sans valeur)",
    "BENEFICIARY_ADDRESS": "1 place de l'Exemple, 59000 Lille",
    "BENEFICIARY_PURPOSE": "Équiper et accompagner vers le numérique des personnes en situation de précarité",
    "BENEFICIARY_STATUS": "exemple d'organisme d'intérêt général",
}


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """One service, as commands: so that the stack needs to import none of them (and tests can run small ones)."""

    name: str
    title: str
    command: tuple[str, ...]
    fresh: bool = False  # its processes read its code anew at each start

    @classmethod
    def of(cls, name: str, title: str) -> "ServicePlan":
        return cls(name, title, (sys.executable, "-m", name))

    @property
    def package(self) -> str | None:
        """The service's package when it is run as `python -m package`, so that it can be imported ahead."""
        ahead = self.command == (sys.executable, "-m", self.name) and not self.fresh
        return self.command[2] if ahead else None

    def database_name(self) -> str:
        return self.name


SERVICES = (
    ServicePlan.of("collect", "Collecte"),
    ServicePlan.of("refurbish", "Reconditionnement"),
    ServicePlan.of("distribute", "Distribution"),
)


@dataclass(frozen=True, slots=True)
class Engines:
    """Where the engines are, embedded or not. `databases` maps a service's name to the URL of its own database."""

    databases: Mapping[str, str]
    kafka_bootstrap_servers: str
    kafka_profile: str
    oidc_issuer: str


class ServicePrograms:
    """The programs of one service in one stack."""

    def __init__(self, plan: ServicePlan, settings: StackSettings, engines: Engines) -> None:
        self.plan = plan
        self._settings = settings
        self._env = environment(plan, settings, engines)

    def migrate(self) -> Program:
        return self._program("migrate", "migration", ("migrate",))

    def grant_coordinator(self) -> Program:
        return self._program("grant", "droits", ("members", "grant", COORDINATOR.subject, "coordinator"))

    def republish(self, since: datetime | None = None) -> Program:
        which = ("--all",) if since is None else ("--since", since.isoformat(timespec="seconds"))
        return self._program("republish", "nouvel envoi", ("events", "republish", *which))

    def api(self) -> Program:
        port = getattr(self._settings, f"{self.plan.name}_port")
        ready, address = f"http://{LOOPBACK}:{port}/health/ready", self._settings.public_url(self.plan.name)
        return self._program("api", API_TITLE, ("api",), ready, address)

    def workers(self) -> list[Program]:
        """The first listens on its own setting's port, the others on free ones."""
        first = int(getattr(self._settings, f"{self.plan.name}_worker_port"))
        ports = [first, *free_ports(self._settings.workers - 1)]
        return [self._worker(number, port) for number, port in enumerate(ports, start=1)]

    def _worker(self, number: int, port: int) -> Program:
        role, title = worker_role(number)
        base = f"http://{LOOPBACK}:{port}"
        port_of_its_own = {"WORKER_PORT": str(port)}
        return self._program(role, title, ("worker",), f"{base}/health/ready", base, port_of_its_own)

    def _program(
        self,
        role: str,
        title: str,
        arguments: tuple[str, ...],
        ready_url: str | None = None,
        address: str = "",
        more: Mapping[str, str] | None = None,
    ) -> Program:
        return Program(
            name=f"{self.plan.name}-{role}",
            title=f"{self.plan.title}, {title}",
            command=(*self.plan.command, *arguments),
            env={**self._env, **(more or {})},
            log_file=log_folder(self._settings) / f"{self.plan.name}-{role}.log",
            ready_url=ready_url,
            address=address,
            fresh=self.plan.fresh,
        )


def worker_role(number: int) -> tuple[str, str]:
    """(`worker`, its title) of the first worker of a service; the others bear their number."""
    return ("worker", WORKER_TITLE) if number == 1 else (f"worker-{number}", f"{WORKER_TITLE} {number}")


def environment(plan: ServicePlan, settings: StackSettings, engines: Engines) -> dict[str, str]:
    """The whole environment of a service's processes."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) or name == "FILIERE_CRASH_AT" or name.startswith(_kept(engines))
    }
    mail = settings.data.absolute() / "mail"
    # An image says itself where they are; a checkout is found from wherever the stack was started.
    contracts = {"CONTRACTS_FOLDER": str(_CONTRACTS)} if _CONTRACTS.is_dir() else {}
    named = any(name.startswith("BENEFICIARY_") for name in kept)
    return (
        contracts
        | ({} if named else EXAMPLE_BENEFICIARY)
        # The tool of the demonstration's donor stands on this machine, without encryption.
        | {"WEBHOOK_PRIVATE": "true"}
        | kept
        | {
            "DATABASE_URL": engines.databases[plan.name],
            "KAFKA_BOOTSTRAP_SERVERS": engines.kafka_bootstrap_servers,
            "KAFKA_PROFILE": engines.kafka_profile,
            "KAFKA_TOPIC_PREFIX": settings.kafka_topic_prefix,
            "OIDC_ISSUER": engines.oidc_issuer,
            "OIDC_CLIENT_ID": settings.oidc_client_id,
            "OIDC_CLIENT_SECRET": settings.client_secret(),
            "SESSION_SECRET": settings.session_secret(),
            "TOPUP_KEYS": settings.topup_keys(),
            "HOST": LOOPBACK,
            "PORT": str(getattr(settings, f"{plan.name}_port")),
            "WORKER_PORT": str(getattr(settings, f"{plan.name}_worker_port")),
            "PUBLIC_URL": settings.public_url(plan.name),
            "HOME_URL": settings.public_url("home"),
            **{f"{name.upper()}_URL": settings.public_url(name) for name in ("collect", "refurbish", "distribute")},
            "MAIL_FOLDER": str(mail),
            "FILES": str(settings.data.absolute() / "files" / plan.name),
            "PYTHONUNBUFFERED": "1",
        }
    )


def _kept(engines: Engines) -> str:
    """Settings of Kafka meant for whoever speaks to it; the embedded broker has none of that but the time-out."""
    return "KAFKA_SESSION" if engines.kafka_profile == "embedded" else "KAFKA_"


def home_program(settings: StackSettings) -> Program:
    """The front door, with the whole of our settings in its environment."""
    port = settings.home_port
    return Program(
        name="home",
        title="Accueil",
        command=(sys.executable, "-m", "stack.home"),
        env={
            **os.environ,
            **{
                f"FILIERE_{name.upper()}": str(getattr(settings, name))
                for name in type(settings).model_fields
                if name.endswith("_port")
            },
            "FILIERE_DATA": str(settings.data.absolute()),
            "FILIERE_PUBLIC_HOST": settings.public_host,
            "PYTHONUNBUFFERED": "1",
        },
        log_file=log_folder(settings) / "home.log",
        ready_url=f"http://{LOOPBACK}:{port}/health/ready",
        address=settings.public_url("home"),
    )


def log_folder(settings: StackSettings) -> Path:
    return settings.data.absolute() / "logs"
