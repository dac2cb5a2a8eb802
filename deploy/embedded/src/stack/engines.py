"""The engines of one stack: embedded ones watched and started again, or the real ones the environment names."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
from filiere.embedded.apache_kafka import ApacheKafka
from filiere.embedded.broker import EmbeddedBroker
from filiere.embedded.identity import EmbeddedIdentity
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.embedded.process import EngineError, Process

from stack.errors import StackError
from stack.launch import Launcher, Program
from stack.people import everybody
from stack.settings import StackSettings
from stack.states import Board, State

_RETRY_SECONDS = 1.0
# On a machine that does everything the system's own cache holds the tables; a second copy would be memory at rest.
_SMALL = {"shared_buffers": "16MB"}


class Engine(Protocol):
    """What an embedded engine can do."""

    @property
    def running(self) -> bool: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def child(self) -> Process: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def kill(self) -> None: ...


class WatchedEngine:
    """An embedded engine that is started again whenever it dies; `revive` says how (by default: just start it)."""

    def __init__(
        self,
        name: str,
        title: str,
        engine: Engine,
        board: Board,
        address: str,
        revive: Callable[[], Awaitable[None]] | None = None,
        also: Sequence[str] = (),
    ) -> None:
        """`also`: parts on the board that run in the same process."""
        self.name = name
        self.also = tuple(also)
        self.engine = engine
        self._board = board
        self._revive = revive or engine.start
        self._watch: asyncio.Task[None] | None = None
        board.add(name, title, address)

    @property
    def pid(self) -> int | None:
        return self.engine.pid

    async def start(self) -> None:
        """Raises EngineError when it does not start."""
        self._tell(State.STARTING)
        await self.engine.start()
        self._tell(State.READY, pid=self.engine.pid)
        self._watch = asyncio.create_task(self._keep_running(), name=f"watch {self.name}")

    async def unwatch(self) -> None:
        """From now on a death is a death: nobody revives it."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None

    async def stop(self) -> None:
        await self.unwatch()
        await self.engine.stop()
        self._tell(State.STOPPED)

    def kill(self) -> None:
        self.engine.kill()

    async def _keep_running(self) -> None:
        while True:
            code = await self.engine.child.wait()
            detail = f"signal {-code}" if code < 0 else f"code {code}"
            self._tell(State.RESTARTING, detail=detail, restarted=True)
            while not self.engine.running:
                try:
                    await self._revive()
                except EngineError as error:
                    self._tell(State.FAILING, detail=str(error))
                    await asyncio.sleep(_RETRY_SECONDS)
            self._tell(State.READY, pid=self.engine.pid)

    def _tell(self, state: State, **more: Any) -> None:
        for name in (self.name, *self.also):
            self._board.change(name, state, **more)


class Databases:
    """One database per service, on the embedded server or on the one DATABASE_URL names."""

    def __init__(self, settings: StackSettings, embedded: EmbeddedPostgres | None) -> None:
        self._embedded = embedded
        self._server = settings.database_url.get_secret_value() if settings.database_url else ""

    async def ensure(self, name: str) -> str:
        """The URL of the database `name`, created when missing. Raises StackError."""
        if self._embedded is not None:
            return await self._embedded.ensure_database(name)
        try:
            connection = await asyncpg.connect(self._server.replace("postgresql+asyncpg:", "postgresql:"), timeout=10)
            try:
                if not await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", name):
                    await connection.execute(f'CREATE DATABASE "{name}"')
            finally:
                await connection.close()
        except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise StackError(
                f"Le serveur de DATABASE_URL ne répond pas ou refuse : {error or type(error).__name__}"
            ) from error
        parts = urlsplit(self._server)
        return urlunsplit(parts._replace(path=f"/{quote(name)}"))


def embedded_postgres(settings: StackSettings) -> EmbeddedPostgres | None:
    if settings.database_url is not None:
        return None
    folder = settings.data.absolute()
    log_file = folder / "logs" / "postgres.log"
    return EmbeddedPostgres(
        folder / "postgres", settings.postgres_port, fast=settings.fast, log_file=log_file, options=_SMALL
    )


def own_broker(settings: StackSettings) -> EmbeddedBroker | ApacheKafka | None:
    if settings.kafka_bootstrap_servers is not None:
        return None
    if settings.broker == "kafka":
        return ApacheKafka(settings.data.absolute() / "broker", ports=[settings.broker_port])
    return EmbeddedBroker(settings.broker_port, log_file=settings.data.absolute() / "logs" / "broker.log")


async def make_topics(bootstrap_servers: str, prefix: str) -> None:
    """On Apache Kafka workers wait for an operator to make the topics: of a one-machine stack that is us.

    Raises StackError.
    """
    from filiere.kafka.client import ensure_topics  # not needed by a stack on the embedded broker
    from filiere.kafka.ports import BrokerUnavailable
    from filiere.kafka.topics import TopicsFileUnreadable, read_topics
    from filiere.settings import KafkaProfile, Settings

    settings = Settings(
        kafka_bootstrap_servers=bootstrap_servers, kafka_profile=KafkaProfile.KAFKA, kafka_topic_prefix=prefix
    )
    in_checkout = Path(__file__).parents[4] / "contracts" / "topics.yaml"
    try:
        declared = read_topics(in_checkout if in_checkout.exists() else settings.kafka_topics_file)
        await ensure_topics(settings, [each.topic for each in declared])
    except (BrokerUnavailable, TopicsFileUnreadable) as error:
        raise StackError(f"Les sujets Kafka ne peuvent pas être créés : {error}") from error


def embedded_identity(
    settings: StackSettings, launcher: Launcher, front_door: Program | None = None
) -> EmbeddedIdentity | None:
    """Forked like our own processes: it shares the libraries with them. `front_door` runs in its process then."""
    if settings.oidc_issuer is not None:
        return None
    folder = settings.data.absolute()

    async def launch(command: Sequence[str], log_file: Path) -> Process:
        if front_door is None:
            return await launcher.launch(Program("identity", "Identité", tuple(command), dict(os.environ), log_file))
        options = command[command.index("-m") + 2 :]  # what comes after the provider's own module
        return await launcher.launch(replace(front_door, command=(*front_door.command, *options), log_file=log_file))

    log_file = folder / "logs" / ("identity.log" if front_door is None else "home.log")
    return EmbeddedIdentity(folder / "identity", everybody(), settings.identity_port, log_file=log_file, launch=launch)
