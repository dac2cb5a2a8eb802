"""A whole database as one value, to see whether anything in it has changed."""

from collections.abc import Mapping

import asyncpg
from filiere.database import Database

# Written by those who are let in, whatever they are refused afterwards; or kept about requests, not about objects.
_NOT_DOMAIN = frozenset({"alembic_version", "idempotency_key", "session_end", "person"})


async def fingerprint(database: Database) -> Mapping[str, str]:
    """Digest of every table by name."""
    connection = await asyncpg.connect(database.url)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (name,) in names:
            if name not in _NOT_DOMAIN:
                rows = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{name}\" t"
                found[name] = str(await connection.fetchval(rows))
        return found
    finally:
        await connection.close()


async def events(database: Database) -> dict[str, int]:
    """How many events of each type have been told, by the last part of its name."""
    connection = await asyncpg.connect(database.url)
    try:
        rows = await connection.fetch("SELECT type, count(*) AS n FROM outbox GROUP BY type")
    finally:
        await connection.close()
    return {row["type"].split(".")[-2]: row["n"] for row in rows}
