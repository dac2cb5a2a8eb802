"""Databases that tests use one after the other: after a test everything stands in them as before it.

A clone of a template is a thousand files to copy and remove, and PostgreSQL learns the tables anew on each of its
connections: together a quarter of what the daily tests cost. So a database goes back to whoever lent it, with the
connections that know it. What the test has written is found by the transactions that wrote it, whoever's they were,
taken out and put back as it was. A database in which anything else is different now (a table, a trigger, statistics, a
connection that does not end) is dropped, and the next test gets a fresh clone.
"""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import asyncpg

from filiere.database import Database
from filiere.database.pool import Connections

Connection: TypeAlias = "asyncpg.Connection[Any]"

# Rows that are gone keep their place in the files: what has grown, or was lent often, is dropped.
_MOST_ROWS = 1_000
_MOST_TIMES = 60
_MOST_CONNECTIONS = 2
_WAIT_MS = 2_000
_NAME = "filiere"

_TABLES = """
SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
_SEQUENCES = """
SELECT s.seqrelid::bigint AS id, s.seqstart AS start, pg_sequence_last_value(s.seqrelid) AS last
FROM pg_sequence s ORDER BY 1
"""
# Dying connections are waited for: what they have not committed is rolled back then.
_NOBODY_ELSE = """
SELECT coalesce(bool_and(pg_terminate_backend(pid, $2)), true) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> ALL($1::int[])
"""
_CATALOGUE = ("pg_class", "pg_attribute", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_statistic")


def _counts(tables: list[str]) -> str:
    """How many rows each table holds, and which transaction wrote the newest."""
    return " UNION ALL ".join(
        f"SELECT {place}, count(*), coalesce(max(xmin::text::bigint), 0) FROM {name}"  # noqa: S608 - the catalogue's names
        for place, name in enumerate(tables)
    )


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    columns: list[str]
    count: int
    rows: bytes  # as COPY writes them


@dataclass(frozen=True, slots=True)
class _AsBefore:
    """What stands in a template."""

    tables: list[_Table]
    catalogue: list[int]
    sequences: dict[int, tuple[int, int | None]]
    counts: str

    @classmethod
    async def of(cls, connection: Connection) -> "_AsBefore":
        found = [(str(row["name"]), list(row["columns"])) for row in await connection.fetch(_TABLES)]
        counts = _counts([*_CATALOGUE, *(f'public."{name}"' for name, _ in found)])
        numbers = [int(row[1]) for row in sorted(await connection.fetch(counts))]
        tables = []
        for (name, columns), count in zip(found, numbers[len(_CATALOGUE) :], strict=True):
            rows = io.BytesIO()
            if count:
                await connection.copy_from_table(
                    name, schema_name="public", columns=columns, format="binary", output=rows
                )
            tables.append(_Table(name, columns, count, rows.getvalue()))
        sequences = {row["id"]: (row["start"], row["last"]) for row in await connection.fetch(_SEQUENCES)}
        return cls(tables, numbers[: len(_CATALOGUE)], sequences, counts)


class _KeptConnections(Connections):
    """Begins with connections that another test has used."""

    kept: list[Connection]

    @classmethod
    async def one(cls, url: str) -> Connection:
        """A connection for the next test."""
        return await Connections(url, 1, _NAME)._connect()

    async def _connect(self) -> Connection:
        while self.kept:
            connection = self.kept.pop()
            if not connection.is_closed():
                return connection
        return await super()._connect()

    def leave(self) -> list[Connection] | None:
        """Those that nobody uses; None when somebody does."""
        if self._at_work:
            return None
        left, self._idle = [*self.kept, *self._idle], []
        return left


@dataclass(slots=True)
class Lent:
    """A database that is a test's own until it goes back."""

    url: str
    template: str
    born: int  # the first transaction after the clone was made
    seen: int  # the first one after it stood as before
    times: int = 0
    connections: list[Connection] = field(default_factory=list)
    in_use: bool = False  # a connection was still at work when the test was over

    @asynccontextmanager
    async def database(self, pool_size: int = 8) -> AsyncIterator[Database]:
        """A pool on it, which begins with the connections of the test before."""
        made = Database(self.url, pool_size=pool_size)
        pool = _KeptConnections(self.url, pool_size, _NAME)
        pool.kept, self.connections = self.connections, []
        made.connections = pool
        try:
            yield made
        finally:
            left = pool.leave()
            self.in_use |= left is None
            self.connections += left or []
            await made.dispose()


class Lending:
    """Lends databases like a template, and takes them back."""

    def __init__(
        self,
        clone: Callable[[str], Awaitable[str]],
        drop: Callable[[str], Awaitable[None]],
        next_transaction: Callable[[], Awaitable[int]],
    ) -> None:
        self._clone, self._drop, self._next_transaction = clone, drop, next_transaction
        self._free: dict[str, list[Lent]] = {}
        self._as_before: dict[str, _AsBefore] = {}

    async def lend(self, template: str) -> Lent:
        """A database like the template."""
        if free := self._free.get(template):
            return free.pop()
        url = await self._clone(template)
        if template not in self._as_before:
            connection = await asyncpg.connect(url, timeout=10)
            try:
                self._as_before[template] = await _AsBefore.of(connection)
            finally:
                await connection.close()
        born = await self._next_transaction()
        return Lent(url, template, born, born)

    async def take_back(self, lent: Lent) -> None:
        """The test is over: the next one gets it as it was, or another one."""
        lent.times += 1
        stands = False
        if not lent.in_use and lent.times < _MOST_TIMES:
            try:
                stands = await self._stands_as_before(lent)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                stands = False  # the server refuses, or is gone
        if stands:
            self._free.setdefault(lent.template, []).append(lent)
        else:
            await self._throw_away(lent)

    async def end(self) -> None:
        """Drop what nobody has lent now."""
        for free in self._free.values():
            while free:
                await self._throw_away(free.pop())

    async def _throw_away(self, lent: Lent) -> None:
        for connection in lent.connections:
            connection.terminate()
        await self._drop(lent.url)

    async def _stands_as_before(self, lent: Lent) -> bool:
        lent.connections = [one for one in lent.connections if not one.is_closed()]
        for connection in lent.connections[_MOST_CONNECTIONS:]:
            await connection.close()
        del lent.connections[_MOST_CONNECTIONS:]
        for connection in lent.connections:
            if connection.is_in_transaction():
                return False
            await connection.reset(timeout=5)
        if not lent.connections:
            lent.connections.append(await _KeptConnections.one(lent.url))
        connection, before = lent.connections[-1], self._as_before[lent.template]
        ours = [one.get_server_pid() for one in lent.connections]
        if not await connection.fetchval(_NOBODY_ELSE, ours, _WAIT_MS):
            return False
        found = sorted(await connection.fetch(before.counts))
        known = len(_CATALOGUE)
        for row, count in zip(found[:known], before.catalogue, strict=True):
            if row[1] != count or row[2] >= lent.born:
                return False
        changed = [
            table
            for row, table in zip(found[known:], before.tables, strict=True)
            if row[1] != table.count or row[2] >= lent.seen
        ]
        if any(row[1] > _MOST_ROWS for row in found[known:]):
            return False
        await self._put_back(connection, lent, before, changed)
        return True

    async def _put_back(self, connection: Connection, lent: Lent, before: _AsBefore, changed: list[_Table]) -> None:
        sequences = {row["id"]: row["last"] for row in await connection.fetch(_SEQUENCES)}
        moved = [
            f"SELECT setval({one}::regclass, {start if last is None else last}, {last is not None})"
            for one, (start, last) in before.sequences.items()
            if sequences[one] != last
        ]
        if not changed:
            if moved:
                await connection.execute(";".join(moved))
            return
        # Neither keys nor triggers have a say: what stands then is what stood.
        begin = ["BEGIN", f"SET LOCAL lock_timeout = {_WAIT_MS}", "SET LOCAL session_replication_role = replica"]
        emptied = [f'DELETE FROM public."{table.name}"' for table in changed]  # noqa: S608
        await connection.execute(";".join([*begin, *emptied, *moved]))
        for table in changed:
            if table.count:
                await connection.copy_to_table(
                    table.name,
                    schema_name="public",
                    columns=table.columns,
                    format="binary",
                    source=io.BytesIO(table.rows),
                )
        await connection.execute("COMMIT")
        lent.seen = await self._next_transaction()
