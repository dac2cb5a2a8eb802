"""Settings of the embedded stack. `FILIERE_…` names the stack's own; the usual names of real engines win over ours."""

import os
import secrets
from pathlib import Path
from typing import Annotated, Literal, Self

from annotated_types import Ge, Le
from filiere.embedded.identity import CLIENT_ID
from filiere.embedded.ports import free_ports
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Ge(0), Le(65535)]

PORTS = {
    "home_port": "Accueil",
    "collect_port": "Collecte",
    "refurbish_port": "Reconditionnement",
    "distribute_port": "Distribution",
    "postgres_port": "PostgreSQL",
    "broker_port": "Messagerie",
    "identity_port": "Identité",
    "collect_worker_port": "Collecte, tâche de fond",
    "refurbish_worker_port": "Reconditionnement, tâche de fond",
    "distribute_worker_port": "Distribution, tâche de fond",
}


class StackSettings(BaseSettings):
    """Where the stack keeps its data and on which ports it listens. A port of 0 means any free one."""

    model_config = SettingsConfigDict(
        env_prefix="FILIERE_", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    data: Path = Field(Path(".filiere"), description="Databases, logs, e-mails. Created when missing.")
    public_host: str = Field("localhost", description="Host name in the addresses people open.")
    home_port: Port = Field(8000, description="Front door.")
    collect_port: Port = Field(8001, description="Pages and API of the collect service.")
    refurbish_port: Port = Field(8002, description="Pages and API of the refurbish service.")
    distribute_port: Port = Field(8003, description="Pages and API of the distribute service.")
    postgres_port: Port = Field(8010, description="Embedded PostgreSQL.")
    broker_port: Port = Field(8011, description="Embedded broker.")
    identity_port: Port = Field(8012, description="Embedded identity provider.")
    collect_worker_port: Port = Field(8021, description="Probes and metrics of the collect worker.")
    refurbish_worker_port: Port = Field(8022, description="Probes and metrics of the refurbish worker.")
    distribute_worker_port: Port = Field(8023, description="Probes and metrics of the distribute worker.")
    workers: Annotated[int, Ge(1), Le(9)] = Field(
        1, description="Workers per service; on Apache Kafka they share the partitions, one of them relays."
    )
    broker: Literal["embedded", "kafka"] = Field(
        "embedded",
        description="`kafka`: an Apache Kafka of the stack's own (needs java and mvn) instead of the embedded.",
    )
    fast: bool = Field(False, description="Give up durability of the embedded PostgreSQL (tests).")
    warm: bool = Field(True, description="Fork our processes from one that has imported the libraries already.")
    pg_bin: Path | None = Field(None, description="Folder of pg_dump and pg_restore, instead of the wheel's.")
    start_timeout: Annotated[float, Ge(1)] = Field(90, description="Seconds a process may take to become ready.")

    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="A PostgreSQL server to use instead of the embedded one; each service gets its own database on it.",
    )
    kafka_bootstrap_servers: str | None = Field(
        None, validation_alias="KAFKA_BOOTSTRAP_SERVERS", description="A Kafka to use instead of the embedded broker."
    )
    kafka_topic_prefix: str = Field(
        "", validation_alias="KAFKA_TOPIC_PREFIX", description="Before every topic's name, on a Kafka of many networks."
    )
    database_prefix: str = Field("", description="Before every database's name, on a PostgreSQL of many networks.")
    oidc_issuer: str | None = Field(
        None, validation_alias="OIDC_ISSUER", description="A provider to use instead of the embedded one."
    )
    oidc_client_id: str = Field(CLIENT_ID, validation_alias="OIDC_CLIENT_ID", description="Our client there.")
    oidc_client_secret: SecretStr | None = Field(
        None, validation_alias="OIDC_CLIENT_SECRET", description="Its secret; default: a random one, kept in the data."
    )

    @classmethod
    def in_folder(cls, data: Path, *, fast: bool = False) -> Self:
        """For tests and the headless check: everything under `data`, every port free, shared engines left as found."""
        settings = cls()
        ports = dict.fromkeys(PORTS, 0)
        own = {} if settings.database_url is None else {"database_prefix": f"t{secrets.token_hex(4)}_"}
        own |= {} if settings.kafka_bootstrap_servers is None else {"kafka_topic_prefix": f"t{secrets.token_hex(4)}."}
        return settings.model_copy(update={"data": data, "fast": fast, **own, **ports}).with_free_ports()

    def with_free_ports(self) -> Self:
        """Replace every port of 0 by a free one."""
        unset = [name for name in PORTS if getattr(self, name) == 0]
        return self.model_copy(update=dict(zip(unset, free_ports(len(unset)), strict=True)))

    def ports_needed(self) -> list[tuple[int, str, str]]:
        """(port, name of the setting, what for) of everything the stack itself will listen on."""
        replaced = {
            "postgres_port": self.database_url is not None,
            "broker_port": self.kafka_bootstrap_servers is not None,
            "identity_port": self.oidc_issuer is not None,
        }
        return [
            (getattr(self, name), f"FILIERE_{name.upper()}", title)
            for name, title in PORTS.items()
            if not replaced.get(name, False)
        ]

    def public_url(self, service: str) -> str:
        """Address people open: `home`, `collect`, `refurbish` or `distribute`."""
        return f"http://{self.public_host}:{getattr(self, f'{service}_port')}"

    def session_secret(self) -> str:
        """Signs the session cookies."""
        return self._kept_secret("session-secret")

    @property
    def topup_key_file(self) -> Path:
        return self.data / "topup-keys"

    def topup_keys(self) -> str:
        """Seals codes of top-ups: whoever loses this file loses what they say."""
        return self._kept_secret(self.topup_key_file.name)

    def client_secret(self) -> str:
        """Of our client at the provider: the one that was given, or one that this folder alone knows."""
        if self.oidc_client_secret is not None:
            return self.oidc_client_secret.get_secret_value()
        return self._kept_secret("client-secret")

    def _kept_secret(self, name: str) -> str:
        """Random, and made once per data folder: a restart logs nobody out."""
        file = self.data / name
        if not file.exists():
            unfinished = file.with_name(f"{name}.new")
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
                made.write(secrets.token_urlsafe(32))
                made.flush()
                os.fsync(made.fileno())  # what it seals is on disk at once, and it must be too
            unfinished.rename(file)
        return file.read_text()
