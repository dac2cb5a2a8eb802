"""An audit that cannot fail proves nothing: each promise is broken by hand in the databases, and must be named."""

import asyncpg
import pytest
from stack.audit import audit, settled_audit
from stack.demo import organisations

from tests.flows.lives import Life, cancelled, live
from tests.flows.running import running_chain

# (service, what breaks the promise, words of the sentence that must name it). Triggers are off: the databases
# themselves refuse most of this.
BROKEN = [
    ("collect", "UPDATE donation SET accepted = accepted + 1, declared = declared + 1", "sont quelque part"),
    ("collect", "UPDATE device SET custody = 'accepted' WHERE custody = 'cancelled'", "ne sont pas annulés ensemble"),
    ("collect", "UPDATE device SET promise = NULL", "mais la collecte montre"),
    ("refurbish", "UPDATE device SET stage = 'ready' WHERE stage = 'left'", "mais l'atelier le dit"),
    ("refurbish", "DELETE FROM erasure", "sans effacement prouvé"),
    ("refurbish", "UPDATE erasure SET medium_serial = 'another'", "sans effacement prouvé"),
    ("refurbish", "UPDATE device SET donation_id = gen_random_uuid()", "a changé de don"),
    ("distribute", "UPDATE reservation SET released_at = now(), release_reason = 'x'", "ne concordent pas"),
    ("distribute", "DELETE FROM handover", "a 0 remises"),
    ("distribute", "UPDATE till_entry SET previous = 'x'", "ne suit pas celle d'avant"),
    ("distribute", "UPDATE till_entry SET person_cents = 1", "ne suit pas celle d'avant"),
    ("distribute", "UPDATE handover SET amount_cents = amount_cents + 1", "au journal"),
    ("distribute", "UPDATE handover SET returned_at = now()", "service après-vente ne concordent pas"),
    ("distribute", "DELETE FROM stock_item WHERE status = 'handed_over'", "n'est pas en stock"),
]


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_the_audit_names_whatever_breaks_a_promise() -> None:
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        await live(chain, there, Life(category="tablet", devices=2, wanted=1))
        await cancelled(chain, there, Life(category="laptop", devices=3))
        sound = await settled_audit(stack.databases)
        assert sound.ok, sound.broken
        assert sound.places == {"cancelled": 3, "handed_over": 1, "in_stock": 1}
        unnamed = []
        for service, breaking, words in BROKEN:
            connection = await asyncpg.connect(stack.databases[service])
            backup = await copies(connection)
            await connection.execute("SET session_replication_role = replica")
            await connection.execute(breaking)
            found = await audit(stack.databases)
            if found.ok or not any(words in sentence for sentence in found.broken):
                unnamed.append((service, breaking, found.broken))
            await restore(connection, backup)
            await connection.close()
        assert not unnamed, unnamed
        again = await audit(stack.databases)
        assert again.ok, again.broken


TABLES = ("donation", "device", "erasure", "reservation", "handover", "stock_item", "till_entry")


async def copies(connection: asyncpg.Connection) -> list[str]:
    """Copies of the tables that are about to suffer."""
    kept = []
    for table in TABLES:
        if await connection.fetchval("SELECT to_regclass($1)", table):
            await connection.execute(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}")
            kept.append(table)
    return kept


async def restore(connection: asyncpg.Connection, kept: list[str]) -> None:
    for table in kept:
        columns = await connection.fetchval(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute "
            "WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            table,
        )
        await connection.execute(f"DELETE FROM {table}")
        await connection.execute(
            f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM kept_{table}"
        )
        await connection.execute(f"DROP TABLE kept_{table}")
