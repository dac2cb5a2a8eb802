"""Typed settings of a service, read from the environment (and a `.env` file); secrets never print."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Ge, Le
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from typing_extensions import TypeVar


class KafkaProfile(StrEnum):
    """Which broker stands at the other end; it decides what may be asked of it."""

    EMBEDDED = "embedded"  # Tansu in memory: partitions by hand, no idempotent producer, short long-polls
    KAFKA = "kafka"  # Apache Kafka: consumer groups, idempotent producer


class KafkaSecurity(StrEnum):
    """Kafka's own names: with or without encryption, with or without a name and a password."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class SmtpSecurity(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"  # asked for on a plain connection, and never gone on without: usually port 587
    TLS = "tls"  # from the first byte: usually port 465
    NONE = "none"  # a server on this machine, or in one's own network


class Settings(BaseSettings):
    """One service's settings. Every field is an environment variable of the same name, in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: SecretStr = Field(
        SecretStr("postgresql://localhost/filiere"), description="PostgreSQL address of this service's own database."
    )
    database_pool_size: Annotated[int, Ge(1)] = Field(
        8, description="Connections per process; 8 is the knee measured on two cores."
    )
    kafka_bootstrap_servers: str = Field("localhost:9092", description="Broker addresses, comma separated.")
    kafka_profile: KafkaProfile = Field(KafkaProfile.EMBEDDED, description="`embedded` or `kafka`.")
    kafka_security: KafkaSecurity = Field(
        KafkaSecurity.PLAINTEXT, description="`PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`."
    )
    kafka_sasl_mechanism: str = Field(
        "SCRAM-SHA-512", pattern="^(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512)$", description="With `SASL_…` only."
    )
    kafka_username: str | None = Field(None, description="With `SASL_…`: this service's name at the broker.")
    kafka_password: SecretStr | None = Field(None, description="With `SASL_…`: its password.")
    kafka_ca_file: str | None = Field(
        None, description="With `…SSL`: PEM file of the authority that signed the brokers' certificates."
    )
    kafka_consumer_groups: bool | None = Field(
        None, description="Share partitions among workers by group; default: only with `kafka`, slow on the embedded."
    )
    kafka_topic_prefix: str = Field("", description="Prefix of every topic name; lets two networks share a broker.")
    kafka_replication_factor: Annotated[int, Ge(1)] | None = Field(
        None, description="Copies of each topic; default: 3 with `kafka`, 1 on the embedded."
    )
    kafka_min_insync_replicas: Annotated[int, Ge(1)] | None = Field(
        None, description="Copies that must hold an event before it counts as sent; default: all but one."
    )
    kafka_topics_file: Path = Field(
        Path("contracts/topics.yaml"), description="What `python -m filiere.kafka topics` compares the broker with."
    )
    contracts_folder: Path = Field(
        Path("contracts"), description="What the pages for people who integrate say of events."
    )
    kafka_session_timeout: timedelta = Field(timedelta(seconds=10), description="Group session timeout (`kafka` only).")
    kafka_max_poll_interval: timedelta = Field(
        timedelta(minutes=5), description="A member that has not polled for so long leaves its group (`kafka` only)."
    )
    oidc_issuer: str = Field("http://localhost:9400", description="OpenID Connect issuer.")
    oidc_client_id: str = Field("filiere", description="Client id of the pages.")
    oidc_client_secret: SecretStr = Field(SecretStr("filiere"), description="Client secret of the pages.")
    oidc_audience: str | None = Field(None, description="Audience that API tokens must carry; default: the client id.")
    oidc_plain_access_tokens: bool = Field(
        False,
        description="Take access tokens that do not say they are (neither `at+jwt` nor `Bearer`) but name a scope.",
    )
    session_secret: SecretStr = Field(
        SecretStr("development-only-session-secret"),
        description="Signs session cookies and links; the default is refused unless every address is this machine's.",
    )
    session_lifetime: timedelta = Field(timedelta(hours=10), description="A working day, then people log in again.")
    host: str = Field("127.0.0.1", description="Address the api listens on.")
    reached_on: str | None = Field(
        None, description="In a container: the host's address on which its port is published; default: HOST."
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1,::1",
        description="Addresses and networks of the proxies in front, comma separated: their `X-Forwarded-For` says who"
        " asks, and `X-Forwarded-Proto` how. Nobody else's is believed.",
    )
    port: Annotated[int, Ge(1), Le(65535)] = Field(8000, description="Port of the api and the pages.")
    worker_port: Annotated[int, Ge(1), Le(65535)] = Field(9000, description="Port of the worker's probes and metrics.")
    public_url: str = Field("http://localhost:8000", description="Address people see for this service.")
    home_url: str = Field("http://localhost:8000", description="Front door: choose who you are, see what runs.")
    collect_url: str = Field("http://localhost:8001", description="For links between services.")
    refurbish_url: str = Field("http://localhost:8002", description="For links between services.")
    distribute_url: str = Field("http://localhost:8003", description="For links between services.")
    smtp_host: str | None = Field(None, description="Mail server that the worker hands letters to; unset: none.")
    smtp_port: Annotated[int, Ge(1), Le(65535)] = Field(587, description="Its port.")
    smtp_security: SmtpSecurity = Field(SmtpSecurity.STARTTLS, description="`starttls`, `tls` or `none`.")
    smtp_username: str | None = Field(None, description="Our name there, where it asks for one.")
    smtp_password: SecretStr | None = Field(None, description="Our password there.")
    smtp_ca_file: str | None = Field(None, description="PEM file of the authority behind its certificate, if private.")
    mail_from: str = Field(
        "Filière <ne-pas-repondre@filiere.invalid>", description="Whom letters come from: `Name <address>`."
    )
    mail_folder: Path | None = Field(
        None, description="Without SMTP_HOST: letters become files here (demonstrations). Unset: they wait, then end."
    )
    mail_give_up_after: timedelta = Field(timedelta(days=2), description="A letter that could not be sent until then.")
    mail_retention: timedelta = Field(timedelta(days=30), description="How long a letter that ended is remembered.")
    files: str = Field(
        ".filiere/files",
        description="Where files that people bring are kept: a folder, or `s3://bucket/prefix` (with the usual AWS_…).",
    )
    max_upload_bytes: Annotated[int, Ge(1024)] = Field(20 * 1024 * 1024, description="Largest accepted request body.")
    outbox_retention: timedelta = Field(timedelta(days=90), description="How long published events can be sent again.")
    idempotency_retention: timedelta = Field(timedelta(days=7), description="How long an Idempotency-Key counts.")
    journal_retention: timedelta = Field(
        timedelta(days=5 * 365), description="How long the journal keeps who did what on an object."
    )
    outbox_poll: timedelta = Field(timedelta(seconds=1), description="Backstop of NOTIFY for the relay.")
    outbox_batch: Annotated[int, Ge(1), Le(5000)] = Field(1000, description="Rows the relay sends and stamps at once.")
    outbox_stale_after: timedelta = Field(
        timedelta(seconds=30), description="An unpublished event older than this makes the worker unready."
    )
    consumer_batch: Annotated[int, Ge(1), Le(5000)] = Field(500, description="Events per transaction.")
    consumer_poll_timeout: timedelta = Field(
        timedelta(seconds=30), description="No poll for this long: the worker is not alive (aiokafka #1037)."
    )
    retry_attempts: Annotated[int, Ge(1)] = Field(8, description="Tries of a handler that asks to come later.")
    retry_base: timedelta = Field(timedelta(milliseconds=100), description="First pause; doubles with jitter.")
    retry_cap: timedelta = Field(timedelta(seconds=15), description="Longest pause between two tries.")
    dead_letters_in_a_row: Annotated[int, Ge(1)] = Field(
        20,
        description="So many bad messages of a partition without a good one between: it stops, the worker is unready.",
    )
    dead_letter_ratio: Annotated[float, Ge(0), Le(1)] = Field(
        0.3, description="A greater share of bad messages among a partition's last ones stops it too; 1 never does."
    )
    dead_letter_window: Annotated[int, Ge(1)] = Field(
        100, description="So many of a partition's last messages the share is taken of."
    )
    drain_timeout: timedelta = Field(timedelta(seconds=8), description="Bound on finishing in-flight work at SIGTERM.")
    kafka_timeout: timedelta = Field(timedelta(seconds=10), description="Bound on every send, commit and stop.")
    log_format: str = Field("json", pattern="^(json|console)$", description="`json` or `console`.")
    log_level: str = Field("INFO", description="Python log level.")
    loop_lag_report: timedelta | None = Field(
        None, description="Log, with its stack, what computes on the event loop for longer; unset: not measured."
    )
    otlp_endpoint: str | None = Field(None, description="OpenTelemetry collector (HTTP); unset: no traces exported.")
    otlp_sample_ratio: Annotated[float, Ge(0), Le(1)] = Field(
        1.0, description="Share of the traces begun here that are kept; a caller's `traceparent` decides for its own."
    )

    @property
    def consumer_groups(self) -> bool:
        """Whether workers join a group; joining takes the embedded broker 5 to 18 s, so its one worker does not."""
        if self.kafka_consumer_groups is None:
            return self.kafka_profile is KafkaProfile.KAFKA
        return self.kafka_consumer_groups

    @property
    def replication_factor(self) -> int:
        """Copies of each topic: enough to lose a broker while another is being mended."""
        if self.kafka_replication_factor is None:
            return 3 if self.kafka_profile is KafkaProfile.KAFKA else 1
        return self.kafka_replication_factor

    @property
    def min_insync_replicas(self) -> int:
        """All copies but one: one broker may be away, and what was acknowledged is still held twice (of three)."""
        if self.kafka_min_insync_replicas is None:
            return max(self.replication_factor - 1, 1)
        return self.kafka_min_insync_replicas

    def printable(self) -> dict[str, Any]:
        """Every setting as a string, with secrets masked, for `python -m <service> settings`."""
        return {name.upper(): str(getattr(self, name)) for name in type(self).model_fields}


SettingsT = TypeVar("SettingsT", bound=Settings, default=Any)
"""The settings of one service: its own kind where that matters, any where it does not."""
