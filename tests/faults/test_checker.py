"""A checker that cannot fail proves nothing: each promise is broken by hand, and must be named."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from filiere.kafka.client.raw_records import RawProducer
from filiere.settings import Settings
from filiere.testing.poison import poisons
from stack.demo import organisations

from tests.faults.arena import Arena, arena, chosen_engines
from tests.faults.checker import check, connected, settled
from tests.faults.evidence import Evidence, Poison, Seen, load
from tests.faults.history import History, Operation
from tests.faults.history import read as read_history
from tests.faults.office import owed_before
from tests.faults.plants import BROKEN_AFTERWARDS
from tests.faults.promises import PROMISES, broken
from tests.faults.workload import Load, Workload
from tests.flows.afterwards import owing

_ONE_LEFT = "(SELECT id FROM device WHERE stage = 'left' LIMIT 1)"
_ONE_READY = "(SELECT id FROM device WHERE stage = 'ready' LIMIT 1)"
_ONE_PROMISED = "(SELECT device_id FROM reservation WHERE released_at IS NULL LIMIT 1)"
_ONE_CLAIM = "(SELECT event_id FROM inbox WHERE consumer = 'distribute' LIMIT 1)"
_ANOTHER_LOT = (
    "(SELECT l.id FROM lot l WHERE l.id <> device.lot_id AND l.donation_id <> device.donation_id LIMIT 1) "
    "WHERE lot_id IS NOT NULL"
)
_FORGET = "DELETE FROM outbox WHERE type LIKE '%%%s%%'"
_STATUS = "UPDATE donation SET status = '%s' WHERE id IN (SELECT donation_id FROM device WHERE %s)"

# What must have been done before anything of it can be broken.
WANTED = {
    *("attach", "take back", "call off", "draw", "split", "recall", "merge", "waste", "see it gone", "repair"),
    *("ready together", "sell", "undo a sale", "lend", "close the till", "receive surplus", "say a week"),
    *("recall a lot", "invoice", "publish prices", "take prices back", "pay"),
    *("see a disk", "send back what is stopped"),
}

_WIPED_AND_READY = (
    "SELECT EXISTS (SELECT FROM erasure e JOIN device d ON d.id = e.device_id "
    "WHERE e.medium_serial LIKE 'Z%' AND d.stage = 'ready')"
)
_RETURNED = "SELECT EXISTS (SELECT FROM outbox WHERE type LIKE '%.device-returned.%')"

OWED = {"sale", "undo", "gone"}

# The databases themselves refuse most of what follows: for a plant, triggers, foreign keys, checks and what is unique
# are off.
_NO_CHECKS = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS of, conname FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.of, one.conname); END LOOP;
    FOR one IN SELECT conrelid::regclass AS of, conname FROM pg_constraint
        WHERE contype = 'u' AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', one.of, one.conname); END LOOP;
    FOR one IN SELECT indexrelid::regclass AS named FROM pg_index
        WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text NOT LIKE 'pg_%'
    LOOP EXECUTE format('DROP INDEX %s', one.named); END LOOP;
END $$
"""

# (promise, words of the sentence, service, what breaks it). Each is rolled back.
IN_THE_DATABASES = [
    ("conservation", "which nobody gave", "collect", "DELETE FROM device WHERE custody = 'in_transit'"),
    ("conservation", "accepted,", "collect", "UPDATE donation SET accepted = accepted + 1, declared = declared + 1"),
    ("conservation", "is in 2 places", "refurbish", f"UPDATE device SET stage = 'withdrawn' WHERE id = {_ONE_READY}"),
    ("conservation", "refurbish believes", "refurbish", f"UPDATE device SET stage = 'ready' WHERE id = {_ONE_LEFT}"),
    ("conservation", "collect believes", "collect", "UPDATE device SET promise = NULL"),
    ("conservation", "changed its donation", "distribute", "UPDATE stock_item SET donation_id = gen_random_uuid()"),
    (
        "conservation",
        "in 0 places",
        "distribute",
        f"DELETE FROM stock_item WHERE device_id = {_ONE_PROMISED}",
    ),
    (
        "no double promise",
        "promised again",
        "distribute",
        "INSERT INTO outbox (id, topic, aggregatetype, aggregateid, type, payload) SELECT gen_random_uuid(), topic, "
        "aggregatetype, aggregateid, type, payload FROM outbox WHERE type LIKE '%device-reserved%' AND aggregateid IN "
        "(SELECT device_id::text FROM reservation WHERE released_at IS NULL) ORDER BY seq DESC LIMIT 1",
    ),
    (
        "no double promise",
        "promised 2 times",
        "distribute",
        "INSERT INTO reservation (relais_id, id, device_id, order_id, line_id, run_id) SELECT "
        "relais_id, gen_random_uuid(), device_id, order_id, line_id, run_id FROM reservation WHERE released_at IS NULL "
        "LIMIT 1",
    ),
    (
        "every question is answered",
        "still waits",
        "refurbish",
        f"UPDATE device SET recall_asked_at = now() WHERE id = {_ONE_READY}",
    ),
    ("every question is answered", "answered 0 times", "distribute", _FORGET % "device-recall-answered"),
    ("no double promise", "do not agree", "distribute", "UPDATE reservation SET line_id = gen_random_uuid()"),
    ("no double promise", "counts", "distribute", "UPDATE order_line SET allocated = 0 WHERE allocated > 0"),
    ("wipe gate", "not proven wiped", "refurbish", "DELETE FROM verification"),
    ("wipe gate", "not proven wiped", "refurbish", "UPDATE device SET wipe_from = 9, cycle = 9"),
    ("wipe gate", "not proven wiped", "refurbish", "UPDATE erasure SET medium_serial = 'another'"),
    ("wipe gate", "nobody said a word", "refurbish", "DELETE FROM storage_medium"),
    ("wipe gate", "before it was erased", "refurbish", "DELETE FROM outbox WHERE type LIKE '%device-erased%'"),
    ("steps in order", "after device-erased", "refurbish", "DELETE FROM outbox WHERE type LIKE '%device-tested%'"),
    ("nothing lost on the way", "still not stamped", "collect", "UPDATE outbox SET published_at = NULL"),
    ("nothing lost on the way", "no outbox knows", "collect", "UPDATE outbox SET id = gen_random_uuid()"),
    (
        "applied once and in order",
        "has never applied",
        "distribute",
        f"DELETE FROM inbox WHERE event_id = {_ONE_CLAIM}",
    ),
    (
        "applied once and in order",
        "no outbox knows",
        "distribute",
        "INSERT INTO inbox (consumer, event_id) VALUES ('distribute', gen_random_uuid())",
    ),
    (
        "applied once and in order",
        "before the earlier",
        "collect",
        "UPDATE inbox SET processed_at = now() - (processed_at - timestamptz '2020-01-01')",
    ),
    (
        "no dead letters",
        "could not apply",
        "refurbish",
        'INSERT INTO dead_letter (consumer, topic, partition, "offset", key, headers, payload, reason, detail) '
        "VALUES ('refurbish', 'collect.lots', 0, 0, 'k', '[]', '', 'invalid', 'planted')",
    ),
    ("poison is parked", "has 0 letters", "refurbish", "DELETE FROM dead_letter"),
    (
        "poison is parked",
        "which nobody sent",
        "refurbish",
        "UPDATE dead_letter SET header_values = array_fill('x'::bytea, ARRAY[cardinality(header_values)])",
    ),
    ("every operation once", "lost: erasure", "refurbish", "DELETE FROM erasure"),
    ("every operation once", "lost: verification", "refurbish", "DELETE FROM verification"),
    ("every operation once", "lost: handover", "distribute", "DELETE FROM till_entry WHERE kind <> 'undo'"),
    ("every operation once", "lost: undo", "distribute", "DELETE FROM till_entry WHERE kind = 'undo'"),
    ("every operation once", "lost: closing", "distribute", "DELETE FROM till_entry WHERE kind = 'close_day'"),
    ("every operation once", "lost: lent", "distribute", "DELETE FROM loan_item"),
    ("every operation once", "lost: bulk", "refurbish", "UPDATE bulk SET done_at = NULL"),
    ("every operation once", "lost: waste", "refurbish", "DELETE FROM waste_exit"),
    ("every operation once", "lost: gone", "refurbish", "UPDATE storage_medium SET gone_by = NULL"),
    ("every operation once", "lost: repair", "refurbish", "DELETE FROM repair"),
    ("every operation once", "lost: donation", "collect", "UPDATE donation SET note = NULL"),
    (
        "every operation once",
        "doubled: erasure",
        "refurbish",
        "CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM erasure LIMIT 1; "
        "UPDATE copied SET id = gen_random_uuid(); INSERT INTO erasure SELECT * FROM copied",
    ),
    (
        "every operation once",
        "doubled: event device-graded",
        "refurbish",
        "INSERT INTO outbox (id, topic, aggregatetype, aggregateid, type, payload) SELECT gen_random_uuid(), topic, "
        "aggregatetype, aggregateid, type, payload FROM outbox WHERE type LIKE '%device-graded%' LIMIT 1",
    ),
    ("every operation once", "lost: attachment", "collect", "DELETE FROM donation_attachment"),
    ("every operation once", "lost: event donation-cancelled", "collect", _FORGET % "donation-cancelled"),
    ("lots are whole", "devices and holds", "collect", "UPDATE lot SET devices = devices + 1"),
    ("lots are whole", "in another lot", "collect", f"UPDATE device SET lot_id = {_ANOTHER_LOT}"),
    ("lots are whole", "of another donation", "collect", f"UPDATE device SET lot_id = {_ANOTHER_LOT}"),
    ("lots are whole", "in no lot", "collect", "UPDATE device SET lot_id = NULL"),
    (
        "lots are whole",
        "taken out of a lot of another",
        "collect",
        "UPDATE lot SET split_from = (SELECT o.id FROM lot o WHERE o.donation_id <> lot.donation_id LIMIT 1) "
        "WHERE split_from IS NOT NULL",
    ),
    ("lots are whole", "does not expect it", "refurbish", "UPDATE lot SET expected = expected - 1"),
    ("given up goes nowhere", "withdrawn donation", "collect", _STATUS % ("withdrawn", "custody = 'in_transit'")),
    ("given up goes nowhere", "its donation", "collect", "UPDATE device SET custody = 'accepted'"),
    ("given up goes nowhere", "went on", "collect", _STATUS % ("cancelled", "custody = 'in_transit'")),
    ("files are whole", "is not in the store", "collect", "UPDATE donation_attachment SET file_hash = repeat('0', 64)"),
    (
        "files are whole",
        "other bytes",
        "collect",
        "UPDATE donation_attachment SET name = replace(name, right(name, 10), 'abcdef.pdf')",
    ),
    ("documents are whole", "are numbered", "collect", "UPDATE document SET sequence = sequence + 1000"),
    ("documents are whole", "counted", "collect", "UPDATE document_counter SET last = last + 1"),
    ("documents are whole", "not the bytes", "collect", "UPDATE document_content SET pdf = pdf || '\\x00'"),
    ("documents are whole", "not the bytes", "collect", "DELETE FROM document_content"),
    ("documents are whole", "is still", "collect", "UPDATE job SET state = 'working' WHERE kind = 'document'"),
    ("documents are whole", "is not there", "collect", "DELETE FROM document"),
    ("documents are whole", "nobody draws it", "collect", "DELETE FROM job WHERE kind = 'document'"),
    (
        "documents are whole",
        "says the same",
        "collect",
        "CREATE TEMP TABLE again ON COMMIT DROP AS SELECT * FROM document LIMIT 1; "
        "UPDATE again SET id = gen_random_uuid(), sequence = 999, number = 'X', code = 'X'; "
        "INSERT INTO document SELECT * FROM again",
    ),
    (
        "letters are sent once",
        "accepted donations",
        "collect",
        "CREATE TEMP TABLE again ON COMMIT DROP AS SELECT * FROM mail WHERE kind = 'donation-accepted' LIMIT 1; "
        "UPDATE again SET id = gen_random_uuid(); INSERT INTO mail SELECT * FROM again",
    ),
    ("letters are sent once", "accepted donations", "collect", "DELETE FROM mail"),
    ("letters are sent once", "is failed", "collect", "UPDATE mail SET state = 'failed'"),
    ("letters are sent once", "is not there", "collect", "UPDATE mail SET id = gen_random_uuid()"),
]


EVERYWHERE = [*IN_THE_DATABASES, *BROKEN_AFTERWARDS]


def without_one(records: list[Seen]) -> list[Seen]:
    return [one for one in records if one is not next(r for r in records if r.topic == "refurbish.devices")]


def with_a_stranger(records: list[Seen]) -> list[Seen]:
    return [*records, replace(records[0], id=uuid4(), offset=10**9)]


def with_two_swapped(records: list[Seen]) -> list[Seen]:
    key = next(one.key for one in records if one.topic == "refurbish.devices")
    first, second = [one for one in records if one.topic == "refurbish.devices" and one.key == key][:2]
    swapped = {first: replace(first, offset=second.offset), second: replace(second, offset=first.offset)}
    return [swapped.get(one, one) for one in records]


def on_two_partitions(records: list[Seen]) -> list[Seen]:
    at = max(index for index, one in enumerate(records) if one.topic == "refurbish.devices")
    return [*records[:at], replace(records[at], partition=99), *records[at + 1 :]]


def under_another_key(records: list[Seen]) -> list[Seen]:
    return [replace(records[0], key="another"), *records[1:]]


def with_an_old_one_last(records: list[Seen]) -> list[Seen]:
    demand = [one for one in records if one.topic == "distribute.demand"]
    old = next(one for one in demand if [r.key for r in demand].count(one.key) > 1)
    return [*records, replace(old, offset=10**9)]


ON_THE_TOPICS: list[tuple[str, str, Callable[[list[Seen]], list[Seen]]]] = [
    ("nothing lost on the way", "is lost", without_one),
    ("nothing lost on the way", "no outbox knows", with_a_stranger),
    ("order per key", "happened before", with_two_swapped),
    ("order per key", "several partitions", on_two_partitions),
    ("order per key", "was sent under the key", under_another_key),
    ("compaction keeps the newest", "an older one", with_an_old_one_last),
]


@pytest.mark.slow
@pytest.mark.own_broker
@pytest.mark.own_postgres
@pytest.mark.timeout(600)
async def test_the_checker_names_whatever_breaks_a_promise() -> None:
    with tempfile.TemporaryDirectory(prefix="filiere-checker-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with arena(folder, chosen_engines()) as (place, chain):
            there = await organisations.register(chain)
            await owed_before(place.stack.databases["distribute"])
            await owing(chain, there)
            operations = await calm_lives(place, there, folder / "history.jsonl")
            await poisoned(place)
            await settled(place.stack.databases, operations, 30)
            data = place.stack.settings.data
            sound, names = await check(place.stack.databases, place.bootstrap_servers, data, operations)
            assert names == {}
            assert len(sound.poison) > 20
            records: list[Seen | Poison] = [*sound.seen, *sound.poison]
            unnamed = []
            for promise, words, service, breaking in EVERYWHERE:
                try:
                    found = await planted(place, operations, records, service, breaking)
                except asyncpg.PostgresError as error:
                    unnamed.append(f"{promise}, {breaking[:70]}: {error}")
                    continue
                found.files, found.mails = sound.files, sound.mails
                unnamed += missed(found, promise, words, breaking)
            for promise, words, plant in ON_THE_TOPICS:
                unnamed += missed(replace(sound, seen=plant(sound.seen)), promise, words, plant.__name__)
            for words, files in spoiled(sound.files):
                unnamed += missed(replace(sound, files=files), "files are whole", words, "a hand in the store")
            unnamed += missed(
                replace(sound, operations=[one for one in operations if one.name != "order"]),
                "every operation once",
                "from nowhere: order",
                "an operation nobody remembers",
            )
            assert not unnamed, unnamed
            # What may be sent twice is no violation: a relay that died between sending and stamping.
            twice = [*sound.seen, *[replace(one, offset=one.offset + 10**6) for one in sound.seen]]
            assert broken(replace(sound, seen=twice)) == {}
    covered = {promise for promise, *_ in [*EVERYWHERE, *ON_THE_TOPICS]}
    assert covered == set(PROMISES)


def spoiled(files: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """The store with a file that is lost, and with one whose bytes have changed."""
    assert files
    first = next(iter(files))
    lost = {name: lies for name, lies in files.items() if name != first}
    return [("is not in the store", lost), ("other bytes", files | {first: "0" * 64})]


async def poisoned(place: Arena) -> None:
    """Every kind of poison, on a partition where good events are."""
    settings = Settings(kafka_bootstrap_servers=place.bootstrap_servers)
    async with RawProducer(settings) as producer:
        partitions = await producer.partitions("collect.lots")
        for number, kind in enumerate(poisons("all", "org.filiere.collect.lot-manifest.v1")):
            await producer.send("collect.lots", partitions[number % len(partitions)], [kind])


async def calm_lives(place: Arena, there: organisations.Organisations, file: Path) -> list[Operation]:
    """Until devices have been handed over, promises taken back, others wait in stock; read from the kept file."""
    history = History(file)
    load = Load(
        orders=6,
        rate=60,
        attached=0.4,
        taken_back=0.15,
        called_off=0.15,
        drawn=0.3,
        split=0.6,
        together=0.4,
        declared_twice=0.4,
        surplus=0.4,
        otherwise=0.4,
        misdeclared=0.4,
        withdrawn=0.3,
        reopened=0.2,
        wasted=0.8,
        recalled=0.4,
        cancelled=0.1,
        undone=0.5,
        seen_unwiped=0.5,
        lent=0.4,
        handover_undone=0.4,
        closed=0.8,
    )
    workload = Workload(place.address, place.stack.token, there, history, load, seed=7)
    async with workload.running(), asyncio.timeout(300):
        done = workload.counts
        while done.handed_over < 4 or done.ready < 12 or WANTED - history.acknowledged.keys():
            await asyncio.sleep(0.1)
        async with connected(place.stack.databases) as connections:
            # A plant needs what it breaks: who sold, and who took back, may have owed by the other terms.
            while OWED - {row["kind"] for row in await connections["distribute"].fetch("SELECT kind FROM due")}:
                await asyncio.sleep(0.5)
            # And what an audit saw is wiped and ready again, and something came back to its workshop.
            while not await connections["refurbish"].fetchval(_WIPED_AND_READY):
                await asyncio.sleep(0.5)
            while not await connections["distribute"].fetchval(_RETURNED):
                await asyncio.sleep(0.5)
    history.close()
    return list(read_history(file))


async def planted(
    place: Arena, operations: list[Operation], records: list[Seen | Poison], service: str = "", breaking: str = ""
) -> Evidence:
    """The evidence as it would be; nothing is kept."""
    async with connected(place.stack.databases) as connections:
        if not breaking:
            return await load(connections, operations, records)
        await connections[service].execute("SET session_replication_role = replica")
        transaction = connections[service].transaction()
        await transaction.start()
        try:
            await connections[service].execute(_NO_CHECKS)
            await connections[service].execute(breaking)
            return await load(connections, operations, records)
        finally:
            await transaction.rollback()


def missed(found: Evidence, promise: str, words: str, what: str) -> list[str]:
    named = broken(found).get(promise, [])
    return [] if any(words in sentence for sentence in named) else [f"{promise}, {what[:70]}: {named[:2]}"]
