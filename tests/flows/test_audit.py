"""An audit that cannot fail proves nothing: each promise is broken by hand in the databases, and must be named."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from distribute.statuses import StockStatus
from refurbish.devices.away import Away
from stack.audit import Report, audit, settled_audit
from stack.audit.conservation import BY_STOCK_STATUS, PLACES, SAID_AWAY
from stack.demo import organisations
from stack.demo.api import Chain

from tests.flows.afterwards import weeks
from tests.flows.broken_promises import AFTER_A_HANDOVER, AFTER_WEEKS, Broken
from tests.flows.lives import Life, cancelled, live
from tests.flows.running import running_chain

Story = Callable[[Chain], Awaitable[None]]


def test_the_audit_has_a_place_for_every_status_of_the_stock() -> None:
    assert BY_STOCK_STATUS.keys() == {*StockStatus}
    assert {*BY_STOCK_STATUS.values()} <= {*PLACES}


def test_the_audit_knows_every_word_by_which_a_device_is_lost_or_comes_back() -> None:
    assert SAID_AWAY["returning"] == {one.value for one in Away if one.comes_back}
    assert SAID_AWAY["lost"] == {Away.LOST.value, Away.LOST_LENT.value}


async def one_handover(chain: Chain) -> None:
    there = await organisations.register(chain)
    await live(chain, there, Life(category="tablet", devices=2, wanted=1))
    await cancelled(chain, there, Life(category="laptop", devices=3))


async def weeks_at_a_relais(chain: Chain) -> None:
    await weeks(chain, await organisations.register(chain))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "places", "broken"),
    [
        pytest.param(
            one_handover,
            {"cancelled": 3, "handed_over": 1, "in_stock": 1},
            AFTER_A_HANDOVER,
            marks=pytest.mark.timeout(180),
            id="a handover",
        ),
        pytest.param(
            weeks_at_a_relais,
            {
                "in_stock": 1,
                "reserved": 2,
                "shipped": 1,
                "delivered": 1,
                "lent": 1,
                "handed_over": 2,
                "returning": 3,
                "lost": 1,
                "at_workshop": 1,
                "withdrawn": 1,
            },
            AFTER_WEEKS,
            marks=pytest.mark.timeout(400),
            id="weeks at a Relais",
        ),
    ],
)
async def test_the_audit_names_the_first_device_euro_or_parcel_that_does_not_add_up(
    story: Story, places: dict[str, int], broken: Broken
) -> None:
    async with running_chain() as (stack, chain):
        await story(chain)
        sound = await settled_audit(stack.databases)
        assert sound.ok, sound.broken
        assert sound.places == places
        assert await unnamed(stack.databases, broken) == []


async def unnamed(databases: dict[str, str], broken: Broken) -> list[tuple[str, str, list[str]]]:
    """Those that the audit does not name; everything is as it was afterwards."""
    missed = []
    for service, sentences in broken.items():
        for words, statements in sentences.items():
            for breaking in statements:
                found = await audit_of_the_broken(databases, service, breaking)
                if found.ok or not any(words in sentence for sentence in found.broken):
                    missed.append((service, breaking, found.broken))
    again = await audit(databases)
    assert again.ok, again.broken
    return missed


async def audit_of_the_broken(databases: dict[str, str], service: str, breaking: str) -> Report:
    """What the audit finds while this is broken; mended before anybody else looks."""
    connection = await asyncpg.connect(databases[service])
    backup = await copies(connection)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(breaking)
    found = await audit(databases)
    await restore(connection, backup)
    await connection.close()
    return found


TABLES = (
    *("donation", "device", "lot", "erasure", "reservation", "handover", "stock_item", "till_entry", "till_checkout"),
    *("order_line", "shipment", "shipment_item", "loan", "loan_item", "incident", "after_sale_case", "part"),
    *("exit_answer", "due", "invoice", "payment", "settlement", "workshop_period", "money_left", "price_list"),
    *("complaint", "past_cycle"),
)


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
