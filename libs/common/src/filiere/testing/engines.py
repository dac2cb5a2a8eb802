"""The engines of a test run, one set per pytest worker; `infra` says which."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from filiere import database
from filiere.embedded.apache_kafka import ApacheKafka
from filiere.embedded.broker import EmbeddedBroker
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.embedded.process import EngineError
from filiere.service import Service
from filiere.settings import KafkaProfile
from filiere.testing import infra, kept
from filiere.testing.lending import Lending, Lent

if TYPE_CHECKING:
    from sqlalchemy import MetaData

WhatT = TypeVar("WhatT")


@dataclass(frozen=True, slots=True)
class Furnished(Generic[WhatT]):
    """A template in which something stands already: its name, and what is to be known of it."""

    template: str
    what: WhatT


class Databases:
    """Makes databases on one server: a migrated template per service, a clone per test."""

    def __init__(self, server_url: str, *, lasting: bool = False) -> None:
        """`lasting`: the server is there for the next run too, and so are the templates."""
        self.server_url = server_url
        self._lasting = lasting
        self._templates: dict[str, str] = {}
        self._furnished: dict[tuple[str, str], Furnished[Any]] = {}
        self._connection: asyncpg.Connection[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._one_at_a_time = asyncio.Lock()
        self._lending = Lending(self.clone, self.drop, self._next_transaction)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Meanwhile what is done on this event loop goes through one connection."""
        self._connection = connection = await asyncpg.connect(self.server_url, timeout=10)
        self._loop = asyncio.get_running_loop()
        try:
            yield
            await self._lending.end()
        finally:
            self._connection = self._loop = None
            await connection.close()

    def url(self, name: str) -> str:
        return f"{self.server_url.rsplit('/', 1)[0]}/{name}"

    def template(self, service: Service) -> str:
        """Name of the service's migrated template, made at first use by its real migrations."""
        if service.name not in self._templates:
            made = self._lasting_template if self._lasting else self._migrated
            self._templates[service.name] = made(service)
        return self._templates[service.name]

    def _migrated(self, service: Service) -> str:
        from filiere.database import migrations  # and with it alembic and SQLAlchemy: half a second

        url = asyncio.run(self.empty(f"template_{service.name}"))
        migrations.upgrade(service.migrations, url, service.tables())
        return url.rsplit("/", 1)[1]

    def _lasting_template(self, service: Service) -> str:
        """Named by what the migrations say, so that it serves until one of them changes."""
        scripts = [file for file in service.migrations.rglob("*") if file.suffix in (".py", ".sql")]
        helpers = (Path(database.__file__).parent / name for name in ("migrations.py", "indexes.py"))
        name = f"template_{service.name}_{kept.fingerprint([*scripts, *helpers])}"
        if not asyncio.run(self._exists(name)):
            made = self._migrated(service)
            try:
                asyncio.run(self._administer(f'ALTER DATABASE "{made}" RENAME TO "{name}"'))
            except asyncpg.DuplicateDatabaseError:  # another run was as quick
                asyncio.run(self._administer(f'DROP DATABASE "{made}" WITH (FORCE)'))
        return name

    async def empty(self, kind: str) -> str:
        """A fresh database without a table, named differently each time; returns its address."""
        name = f"{kind}_{uuid4().hex[:8]}"
        await self._administer(f'CREATE DATABASE "{name}"')
        return self.url(name)

    async def clone(self, template: str) -> str:
        """A fresh database like the template; returns its address."""
        name = f"test_{uuid4().hex[:12]}"
        await self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    @asynccontextmanager
    async def lent(self, template: str) -> AsyncIterator[Lent]:
        """A database like the template, for one test: perhaps one that another test has given back, as it was."""
        lent = await self._lending.lend(template)
        try:
            yield lent
        finally:
            await self._lending.take_back(lent)

    async def furnished(self, template: str, kind: str, furnish: Callable[[str], Awaitable[WhatT]]) -> Furnished[WhatT]:
        """The template with what `furnish` puts in (it gets an address, and lets go of it), made at a kind's first use.

        What the tests of a service begin with is made once instead of by each of them.
        """
        if (template, kind) not in self._furnished:
            url = await self.clone(template)
            self._furnished[template, kind] = Furnished(url.rsplit("/", 1)[1], await furnish(url))
        return self._furnished[template, kind]

    async def declared(self, kind: str, metadata: "MetaData") -> str:
        """The template of databases with these tables, which no migration makes; made at a kind's first use."""

        async def furnish(url: str) -> None:
            from filiere.database import migrations

            await migrations.create_all(url, metadata)

        return (await self.furnished("template1", kind, furnish)).template

    async def drop(self, url: str) -> None:
        await self._administer(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    def drop_templates(self) -> None:
        ours = [one.template for one in self._furnished.values()]
        for name in [*ours, *(() if self._lasting else self._templates.values())]:
            asyncio.run(self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    async def _next_transaction(self) -> int:
        question = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        if (lasting := self._lasting_connection()) is not None:
            async with self._one_at_a_time:
                return int(await lasting.fetchval(question))
        connection = await asyncpg.connect(self.server_url, timeout=10)
        try:
            return int(await connection.fetchval(question))
        finally:
            await connection.close()

    async def _exists(self, name: str) -> bool:
        connection = await asyncpg.connect(self.server_url, timeout=10)
        try:
            return bool(await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", name))
        finally:
            await connection.close()

    def _lasting_connection(self) -> "asyncpg.Connection[Any] | None":
        connection = self._connection
        if connection is None or connection.is_closed() or self._loop is not asyncio.get_running_loop():
            return None
        return connection

    async def _administer(self, statement: str) -> None:
        if (lasting := self._lasting_connection()) is not None:
            async with self._one_at_a_time:
                await lasting.execute(statement)
            return
        connection = await asyncpg.connect(self.server_url, timeout=10)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


class NamedPostgres:
    """The server that DATABASE_URL names, as far as it is ours: databases of our own, nothing else."""

    def __init__(self, url: str) -> None:
        self._server = Databases(url)
        self._made: list[str] = []
        self.port = urlsplit(url).port or 5432

    async def start(self) -> None:
        """It runs already."""

    async def create_database(self, name: str) -> str:
        """A fresh database, named differently each time; returns its address."""
        self._made.append(await self._server.empty(name))
        return self._made[-1]

    async def stop(self) -> None:
        """Take our databases away."""
        for url in self._made:
            await self._server.drop(url)

    def kill(self) -> None:
        raise EngineError("PostgreSQL is not ours to kill: mark the test `own_postgres`.")


class NamedBroker:
    """The broker that KAFKA_BOOTSTRAP_SERVERS names: topics of our own prefix are ours, the broker is not."""

    pid = None

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers

    async def start(self) -> None:
        """It runs already."""

    async def stop(self) -> None:
        """It runs on."""

    def kill(self) -> None:
        raise EngineError("The broker is not ours to kill: mark the test `own_broker`.")

    pause = resume = kill


Postgres = EmbeddedPostgres | NamedPostgres
Broker = EmbeddedBroker | ApacheKafka | NamedBroker

_kafka: ApacheKafka | None = None  # one per pytest process: a start costs seconds, prefixes keep tests apart


def own_kafka() -> ApacheKafka:
    """The Apache Kafka of this pytest process, perhaps not started yet; `end()` removes it."""
    global _kafka
    if _kafka is None:
        _kafka = ApacheKafka()
    return _kafka


def end() -> None:
    global _kafka
    if _kafka is not None:
        _kafka.destroy()
        _kafka = None


def durable_postgres(folder: Path) -> Postgres:
    """Not started yet; keeps what it acknowledged through `kill()` and `start()`."""
    return NamedPostgres(named) if (named := infra.postgres_named()) else EmbeddedPostgres(folder / "postgres")


def broker(folder: Path) -> Broker:
    """Not started yet; an embedded one is fresh, an Apache Kafka is shared with the other tests of this process."""
    if named := infra.broker_named():
        return NamedBroker(named)
    return own_kafka() if infra.chosen() is infra.Infra.KAFKA else EmbeddedBroker(log_file=folder / "broker.log")


async def give_back(engine: Broker) -> None:
    """The test is over: a shared broker runs on, whatever was done to it."""
    if isinstance(engine, ApacheKafka):
        engine.resume()
        await engine.start()
    else:
        await engine.stop()


def kafka_options(bootstrap_servers: str) -> dict[str, Any]:
    """Fields of `Settings` for the chosen broker, with a prefix of the caller's own, so that tests never meet."""
    profile = KafkaProfile.KAFKA if infra.is_apache_kafka() else KafkaProfile.EMBEDDED
    return {
        "kafka_bootstrap_servers": bootstrap_servers,
        "kafka_profile": profile,
        "kafka_topic_prefix": f"t{uuid4().hex[:8]}.",
    }


@contextmanager
def postgres() -> Iterator[str]:
    """Address of a server: the named or the kept one, else one that forgets (tests never pull its plug)."""
    if named := infra.postgres_named():
        yield named
        return
    if running := kept.used():
        yield running.postgres
        return
    with tempfile.TemporaryDirectory(prefix="filiere-test-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        asyncio.run(server.start())
        try:
            yield server.url()
        finally:
            asyncio.run(server.stop())


@contextmanager
def kafka() -> Iterator[str]:
    """Address of the chosen broker."""
    with tempfile.TemporaryDirectory(prefix="filiere-test-", ignore_cleanup_errors=True) as folder:
        made = broker(Path(folder))
        asyncio.run(made.start())
        try:
            yield made.bootstrap_servers
        finally:
            asyncio.run(give_back(made))
