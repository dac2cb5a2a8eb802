"""SQL of a test itself: what it looks at behind the API's back, and what it puts there."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from filiere.database import Database


async def rows(database: Database, statement: str, *arguments: Any) -> list[Any]:
    """Records of what the statement returns (each compares with a tuple), in a transaction of its own that is kept."""
    async with database.unit_of_work() as session:
        driver = await session.driver()
        return await driver.fetch(statement, *arguments)


async def value(database: Database, statement: str, *arguments: Any) -> Any:
    """The first column of the first row; None without a row."""
    found = await rows(database, statement, *arguments)
    return found[0][0] if found else None


def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that this process sends from here on, except COPY; clear it to begin anew."""
    said: list[str] = []
    for verb in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
        plain: Callable[..., Any] = getattr(asyncpg.Connection, verb)

        async def counted(
            self: asyncpg.Connection, query: str, *arguments: Any, _plain: Callable[..., Any] = plain, **options: Any
        ) -> Any:
            said.append(query)
            return await _plain(self, query, *arguments, **options)

        monkeypatch.setattr(asyncpg.Connection, verb, counted)
    return said


async def without_checks(database: Database, table: str) -> None:
    """As the migration of a next release leaves a table whose lists of words grow."""
    found = await rows(
        database,
        f"SELECT format('ALTER TABLE {table} DROP CONSTRAINT %I', conname) FROM pg_constraint"  # noqa: S608  its name
        f" WHERE conrelid = '{table}'::regclass AND contype = 'c'",
    )
    for (statement,) in found:
        await rows(database, statement)


async def copies(database: Database, table: str, count: int, **changed: str) -> None:
    """As many more rows like the table's newest one; `changed`: column → SQL that may use `n`, 1 for the first copy."""
    named = await rows(
        database,
        "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0"
        " AND NOT attisdropped AND attidentity = '' AND attgenerated = '' ORDER BY attnum",
        table,
    )
    columns = [row["name"] for row in named]
    await rows(
        database,
        f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608  names of a test
        f" SELECT {', '.join(changed.get(column, f't.{column}') for column in columns)}"
        f" FROM (SELECT * FROM {table} ORDER BY ctid DESC LIMIT 1) t, generate_series(1, {int(count)}) n",
    )
