"""Wait until nothing is on its way any more, read everything, say which promises are broken."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from tests.faults.evidence import Evidence, load, read_folders, read_topics
from tests.faults.history import Operation
from tests.faults.promises import applied_once_and_in_order, broken, poison_is_parked

_LOOK_AGAIN_S = 0.5
_LOOKS = 60


def at_work(found: Evidence) -> bool:
    """Whether a document is still to be drawn or a letter to be sent."""
    kept = found.rows["collect"]
    return any(one["state"] in ("waiting", "working") for one in (*kept["document_jobs"], *kept["letters"]))


@asynccontextmanager
async def connected(databases: Mapping[str, str]) -> AsyncIterator[dict[str, "asyncpg.Connection[Any]"]]:
    """A connection to each service's database."""
    connections = {name: await asyncpg.connect(url, timeout=10) for name, url in databases.items()}
    try:
        yield connections
    finally:
        for connection in connections.values():
            await connection.close()


async def settled(databases: Mapping[str, str], operations: Sequence[Operation], timeout_s: float) -> float:
    """Seconds until every event was sent and applied; returns at `timeout_s` all the same: the promises will tell."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with connected(databases) as connections:
        while clock() - began < timeout_s:
            found = await load(connections, operations, ())
            waiting = any(not row.published for rows in found.sent.values() for row in rows) or at_work(found)
            if not waiting and next(applied_once_and_in_order(found), None) is None:
                break
            await asyncio.sleep(_LOOK_AGAIN_S)
    return clock() - began


async def check(
    databases: Mapping[str, str],
    bootstrap_servers: str,
    data: Path,
    operations: Sequence[Operation],
    poisoned: Collection[str] = (),
) -> tuple[Evidence, dict[str, list[str]]]:
    """(what was looked at, broken promises with their sentences).

    `data`: the stack's folder; `poisoned` are the marks of the poison sent.
    """
    records = await read_topics(bootstrap_servers)
    async with connected(databases) as connections:
        for _ in range(_LOOKS):  # poison is no event of ours, so `settled` has not waited for it
            found = await load(connections, operations, records)
            found.poisoned = set(poisoned)
            if next(poison_is_parked(found), None) is None:
                break
            await asyncio.sleep(_LOOK_AGAIN_S)
    read_folders(found, data)
    return found, broken(found)
