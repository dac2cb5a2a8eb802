"""One instant across several databases at which no event is being applied anywhere."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from stack.errors import StackError

_LOCK_TIMEOUT = "3s"  # longer than any healthy slice; a consumer that hangs must not hang all others behind our lock
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Cut:
    """Snapshots by service, valid until the block of `cut` ends; `events` counts each outbox in its snapshot."""

    snapshots: Mapping[str, str]
    events: Mapping[str, int]
    waited_s: float  # how long consumers could not claim


@asynccontextmanager
async def cut(databases: Mapping[str, str]) -> AsyncIterator[Cut]:
    """Snapshots of all databases such that each claimed event is in its outbox's snapshot. Raises StackError."""
    clock = asyncio.get_running_loop().time
    async with AsyncExitStack() as exits:
        readers = {name: await exits.enter_async_context(_connected(url)) for name, url in databases.items()}
        async with AsyncExitStack() as locks:
            lockers = [await locks.enter_async_context(_connected(url)) for url in databases.values()]
            began = await _lock_all(lockers)
            snapshots = {name: await _snapshot(connection) for name, connection in readers.items()}
            # Given back at once: everybody waits for these locks.
            await asyncio.gather(*(connection.execute("ROLLBACK") for connection in lockers))
            waited = clock() - began
        events = {name: int(await one.fetchval("SELECT count(*) FROM outbox")) for name, one in readers.items()}
        yield Cut(snapshots, events, waited)


async def _lock_all(lockers: list["asyncpg.Connection[Any]"]) -> float:
    """Nobody writes into an inbox until these transactions end; returns the loop's time when the first had to wait.

    Readers and the rest of the database go on.
    """
    for _ in range(_TRIES):
        began = asyncio.get_running_loop().time()
        try:
            for connection in lockers:
                await connection.execute(f"BEGIN; SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
                await connection.execute("LOCK TABLE inbox IN EXCLUSIVE MODE")
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            for connection in lockers:
                await connection.execute("ROLLBACK")
            await asyncio.sleep(0.2)
        else:
            return began
    raise StackError("Un consommateur ne finit pas sa transaction : la sauvegarde ne trouve pas d'instant commun.")


async def _snapshot(connection: "asyncpg.Connection[Any]") -> str:
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return str(await connection.fetchval("SELECT pg_export_snapshot()"))


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise StackError(f"Une base de données ne répond pas : {error or type(error).__name__}") from error
    try:
        yield connection
    finally:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close()
