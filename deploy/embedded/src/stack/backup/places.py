"""Which databases a backup is of: a running stack's, those that are named, or the embedded ones of a stopped stack."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from stack.addresses import databases_of
from stack.engines import Databases, embedded_postgres
from stack.errors import StackError
from stack.lock import FolderLock
from stack.services import SERVICES, ServicePlan
from stack.settings import StackSettings

NAMES = tuple(plan.name for plan in SERVICES)


@dataclass(frozen=True, slots=True)
class Place:
    """Addresses by service; `running`: services of ours work on them now."""

    databases: Mapping[str, str]
    running: bool = False


@asynccontextmanager
async def place(settings: StackSettings, named: Mapping[str, str]) -> AsyncIterator[Place]:
    """The databases, reachable inside the block. `named` (service → address) wins over everything. Raises StackError.

    For a stopped embedded stack its PostgreSQL runs inside the block, and nobody else may start it meanwhile.
    """
    if named:
        if missing := set(NAMES) - named.keys():
            raise StackError(f"Il manque l'adresse de : {', '.join(sorted(missing))} (--database service=adresse).")
        yield Place(dict(named))
    elif running := databases_of(settings.data):
        yield Place(running, running=True)
    elif settings.database_url is not None:
        server = Databases(settings, None)
        yield Place({plan.name: await server.ensure(_database(settings, plan)) for plan in SERVICES})
    else:
        lock = FolderLock(settings.data)
        lock.acquire()
        try:
            engine = embedded_postgres(settings.model_copy(update={"postgres_port": 0}).with_free_ports())
            assert engine is not None
            await engine.start()
            try:
                yield Place({plan.name: await engine.ensure_database(_database(settings, plan)) for plan in SERVICES})
            finally:
                await engine.stop()
        finally:
            lock.release()


def _database(settings: StackSettings, plan: ServicePlan) -> str:
    return settings.database_prefix + plan.database_name()


async def anybody_at_work(databases: Mapping[str, str]) -> list[str]:
    """Services that have connections to their database, by the names they give them."""
    found = []
    for name, url in databases.items():
        connection = await asyncpg.connect(url, timeout=10)
        try:
            others = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        finally:
            await connection.close()
        if others:
            found.append(name)
    return found
