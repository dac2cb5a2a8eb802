"""An audit that cannot fail proves nothing: each promise is broken by hand in the databases, and must be named."""

import asyncpg
import pytest
from stack.audit import audit, settled_audit
from stack.demo import organisations

from tests.flows.afterwards import weeks
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
    ("refurbish", "UPDATE device SET wipe_from = 2, cycle = 2", "n'a pas été effacé depuis"),
    ("refurbish", "UPDATE device SET donation_id = gen_random_uuid()", "a changé de don"),
    ("distribute", "UPDATE reservation SET released_at = now(), release_reason = 'x'", "ne concordent pas"),
    ("distribute", "DELETE FROM handover", "a 0 remises"),
    ("distribute", "UPDATE till_entry SET previous = 'x'", "ne suit pas celle d'avant"),
    ("distribute", "UPDATE till_entry SET person_cents = 1", "ne suit pas celle d'avant"),
    ("distribute", "UPDATE handover SET amount_cents = amount_cents + 1", "au journal"),
    ("distribute", "UPDATE handover SET returned_at = now()", "service après-vente ne concordent pas"),
    ("distribute", "DELETE FROM stock_item WHERE status = 'handed_over'", "n'est pas en stock"),
]

_INVOICE = (
    "INSERT INTO invoice (relais_id, id, year, serial, kind, issued_on, due_on, first_day, last_day, total_cents, "
    "parties) SELECT id, gen_random_uuid(), 2026, 1, 'invoice', now(), now(), now(), now(), 100, '{}' FROM relais "
    "LIMIT 1"
)

# The same after weeks at a Relais: on the road, lent, lost, swapped, paid back, closed.
BROKEN_AFTERWARDS = [
    ("collect", "UPDATE lot SET devices = devices + 1", "équipements et en contient"),
    ("refurbish", "UPDATE lot SET expected = expected + 1", "son atelier en attend"),
    ("refurbish", "UPDATE device SET lot_id = (SELECT id FROM lot ORDER BY id LIMIT 1)", "dans un autre lot"),
    ("refurbish", "UPDATE device SET order_id = gen_random_uuid() WHERE stage = 'left'", "l'atelier le croit à"),
    ("refurbish", "UPDATE device SET away = NULL", "l'atelier le croit «"),
    ("refurbish", "UPDATE device SET recall_asked_at = now() WHERE stage = 'ready'", "personne n'a répondu"),
    ("refurbish", "UPDATE device SET custody = 'workshop' WHERE stage = 'left'", "et gardé par"),
    ("refurbish", "UPDATE part SET used = used + 1", "les réparations en disent"),
    ("refurbish", "DELETE FROM exit_answer", "sans que deux personnes l'aient vu"),
    (
        "refurbish",
        "UPDATE device SET stage = 'arrived', withdrawn_reason = NULL WHERE stage = 'withdrawn'",
        "est sorti en déchet",
    ),
    ("distribute", "UPDATE order_line SET allocated = allocated - 1 WHERE allocated > 0", "promis, et en a"),
    ("distribute", "UPDATE shipment_item SET scanned_at = NULL", "n'est dans aucun colis"),
    ("distribute", "DELETE FROM shipment_item", "n'est dans aucun colis"),
    (
        "distribute",
        "UPDATE shipment SET status = 'preparing', shipped_at = NULL, delivered_at = NULL",
        "se contredisent",
    ),
    (
        "distribute",
        "UPDATE shipment SET status = 'delivered', delivered_at = now(), shipped_at = now()",
        "contredisent",
    ),
    ("distribute", "UPDATE loan_item SET settled_at = now(), outcome = 'returned'", "son prêt ne concordent pas"),
    ("distribute", "UPDATE loan SET settled_at = now()", "(1 dehors) ne concordent pas"),
    (
        "distribute",
        "UPDATE incident SET settled_at = NULL, outcome = NULL WHERE kind = 'damaged'",
        "encore signalé manquant",
    ),
    ("distribute", "UPDATE incident SET outcome = 'found' WHERE outcome = 'lost'", "personne n'a dit pourquoi"),
    ("distribute", "DELETE FROM incident WHERE kind = 'damaged'", "personne n'a dit pourquoi"),
    ("distribute", "DELETE FROM after_sale_case WHERE outcome = 'swapped'", "service après-vente ne concordent pas"),
    (
        "distribute",
        "UPDATE after_sale_case SET outcome = 'repaired' WHERE outcome = 'swapped'",
        "ne finit pas comme il le dit",
    ),
    ("distribute", "DELETE FROM till_entry WHERE kind = 'undo'", "ne finit pas comme il le dit"),
    ("distribute", "UPDATE till_entry SET undoes = 9999 WHERE kind = 'undo' AND sequence = 3", "l'inverse"),
    ("distribute", "UPDATE till_entry SET structure_cents = 1 WHERE kind = 'undo'", "l'inverse"),
    ("distribute", "UPDATE till_entry SET receipt = '2026-0099' WHERE sequence = 1", "un numéro manque ou revient"),
    ("distribute", "UPDATE handover SET receipt_number = receipt_number + 90", "centimes de remises"),
    (
        "distribute",
        "UPDATE till_entry SET details = jsonb_set(details, '{amount_cents}', '1') WHERE kind = 'close_day'",
        "ses écritures font",
    ),
    (
        "distribute",
        "UPDATE till_entry SET details = jsonb_set(details, '{cash_before_cents}', '1') WHERE kind = 'close_day'",
        "ses écritures font",
    ),
    ("distribute", "UPDATE till_checkout SET person_cents = person_cents + 1", "centimes payés"),
    ("distribute", "UPDATE due SET amount_cents = amount_cents + 1 WHERE kind = 'sale'", "sa part fait"),
    ("distribute", "UPDATE due SET amount_cents = amount_cents + 1 WHERE kind = 'undo'", "sa part fait"),
    ("distribute", "DELETE FROM due WHERE kind = 'undo'", "et l'avoir est de 0"),
    ("distribute", "UPDATE payment SET amount_cents = -1 WHERE undoes IS NOT NULL", "est repris de -1 centimes"),
    ("distribute", _INVOICE, "dit 100 centimes et ses lignes 0"),
    (
        "distribute",
        f"{_INVOICE}; INSERT INTO settlement (relais_id, invoice_id, payment_id, amount_cents) "
        "SELECT p.relais_id, n.id, p.id, 4501 FROM payment p, invoice n WHERE p.undoes IS NULL",
        "est réglé de 4501 centimes sur 4500",
    ),
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
        assert await unnamed(stack.databases, BROKEN) == []


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_the_audit_names_the_first_device_euro_or_parcel_that_does_not_add_up() -> None:
    async with running_chain() as (stack, chain):
        await weeks(chain, await organisations.register(chain))
        sound = await settled_audit(stack.databases)
        assert sound.ok, sound.broken
        assert sound.places.keys() >= {"shipped", "delivered", "lent", "handed_over", "returning", "lost", "reserved"}
        assert await unnamed(stack.databases, BROKEN_AFTERWARDS) == []


async def unnamed(databases: dict[str, str], broken: list[tuple[str, str, str]]) -> list[tuple[str, str, list[str]]]:
    """Those that the audit does not name; everything is as it was afterwards."""
    missed = []
    for service, breaking, words in broken:
        connection = await asyncpg.connect(databases[service])
        backup = await copies(connection)
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(breaking)
        found = await audit(databases)
        if found.ok or not any(words in sentence for sentence in found.broken):
            missed.append((service, breaking, found.broken))
        await restore(connection, backup)
        await connection.close()
    again = await audit(databases)
    assert again.ok, again.broken
    return missed


TABLES = (
    *("donation", "device", "lot", "erasure", "reservation", "handover", "stock_item", "till_entry", "till_checkout"),
    *("order_line", "shipment", "shipment_item", "loan", "loan_item", "incident", "after_sale_case", "part"),
    *("exit_answer", "due", "invoice", "payment", "settlement"),
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
