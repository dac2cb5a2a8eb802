"""Everything the checker looks at, read once at the end: three databases and all topics, as plain rows.

It shares no line with the product's own audit: two witnesses.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from filiere.kafka.client import batches
from filiere.service import installed_services
from filiere.testing.poison import MARK

from tests.faults.history import Mark, Operation

batches.install()  # poison has header names that the client's own reader stops at

_QUIET_S = 2.0  # nothing new for so long on any partition: the topics are read


@dataclass(frozen=True, slots=True)
class Sent:
    """An outbox row."""

    seq: int
    id: UUID
    topic: str
    key: str
    type: str  # the short name, `device-ready`
    published: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A record of a topic."""

    topic: str
    partition: int
    offset: int
    key: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Poison:
    """A record of a topic that the nemesis wrote; `id` and `type` as a reader that trusts nothing finds them."""

    topic: str
    partition: int
    offset: int
    mark: str
    id: UUID | None
    type: str | None


@dataclass
class Evidence:
    """Rows by service; `effects` counts what operations were to cause, `operations` is the history."""

    operations: list[Operation] = field(default_factory=list)
    sent: dict[str, list[Sent]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    poison: list[Poison] = field(default_factory=list)
    poisoned: set[str] = field(default_factory=set)  # marks of the poison that was sent, on a topic still or not
    read_topics: dict[str, set[str]] = field(default_factory=dict)  # by consumer
    claimed: dict[str, dict[UUID, datetime]] = field(default_factory=dict)  # inbox, by consumer
    read_types: dict[str, set[str]] = field(default_factory=dict)  # short names that a consumer subscribes to
    compacted: set[str] = field(default_factory=set)
    letters: dict[str, list[Any]] = field(default_factory=dict)
    effects: Counter[Mark] = field(default_factory=Counter)
    rows: dict[str, dict[str, list[Any]]] = field(default_factory=dict)  # service → name of a query → rows
    files: dict[str, str] = field(default_factory=dict)  # collect's store: name of a file → hash of its bytes
    mails: set[str] = field(default_factory=set)  # letters that lie in the folder, by their ids


# What the promises speak of, one statement per name.
ROWS: dict[str, dict[str, str]] = {
    "collect": {
        "devices": "SELECT id, donation_id, lot_id, label, custody, work, promise, stage, "
        "surplus_at IS NOT NULL AS is_surplus FROM device",
        "donations": "SELECT id, donor_id, reference, status, accepted FROM donation",
        "lots": "SELECT id, donation_id, code, status, devices, split_from, workshop_id FROM lot",
        "attachments": "SELECT name, file_hash FROM donation_attachment",
        "documents": "SELECT d.kind, d.year, d.sequence, d.number, d.subject, d.content_sha256, d.sha256, "
        "encode(sha256(c.pdf), 'hex') AS bytes_sha256 FROM document d "
        "LEFT JOIN document_content c ON c.document_id = d.id",
        "counters": "SELECT kind, year, last FROM document_counter",
        "document_jobs": "SELECT key, state FROM job WHERE kind = 'document'",
        "letters": "SELECT m.id, m.kind, m.state, m.failure, r.address FROM mail m "
        "JOIN mail_reader r ON r.id = m.reader_id",
        "weeks": "SELECT workshop_id, p->>'first_day' AS first_day, p->>'last_day' AS last_day"
        " FROM workshop, jsonb_array_elements(periods::jsonb) p"
        " WHERE (p->>'last_day')::date >= (now() AT TIME ZONE 'Europe/Paris')::date",
        "contacts": "SELECT donor_id, lower(email) AS address FROM contact",
    },
    "refurbish": {
        "devices": "SELECT id, donation_id, lot_id, label, category, stage, custody, order_id, no_storage,"
        " recall_asked_at, merged_into, cycle, wipe_from, is_surplus FROM device",
        "weeks": "SELECT workshop_id, first_day::text, last_day::text FROM workshop_period"
        " WHERE last_day >= (now() AT TIME ZONE 'Europe/Paris')::date",
        "lots": "SELECT id, workshop_id, expected FROM lot",
        "media": "SELECT id, device_id, serial, kind FROM storage_medium WHERE gone_by IS NULL",
        "erasures": "SELECT medium_id, medium_serial, level, result, cycle, verified OR EXISTS ("
        "SELECT 1 FROM verification v WHERE v.erasure_id = e.id AND v.confirmed) AS verified FROM erasure e",
        "gone": "SELECT m.serial, x.asked_by, a.answered_by, a.confirmed FROM storage_medium m"
        " LEFT JOIN medium_exit x ON x.id = m.gone_by LEFT JOIN exit_answer a ON a.exit_id = x.id"
        " WHERE m.gone_by IS NOT NULL",
        "parts": "SELECT p.fits, p.quantity, p.used, p.lost, coalesce(sum(r.pieces), 0)::int AS taken FROM part p"
        " LEFT JOIN repair r ON r.part_id = p.id GROUP BY p.id",
        "waste": "SELECT device_id, exit_id FROM waste_exit_device",
        # Disks that an inventory saw and nobody wiped, whether they were declared since (adopted) or not; a proof
        # counts as at the gate: of a cycle since somebody had the device, and what was destroyed is so for ever.
        "seen": "SELECT a.device_id, d.label, s->>'serial' AS serial FROM audit a JOIN device d ON d.id = a.device_id,"
        " jsonb_array_elements(a.facts->'media') s WHERE a.status = 'kept' AND NOT EXISTS (SELECT 1 FROM storage_medium"
        " m WHERE m.device_id = a.device_id AND m.serial = s->>'serial' AND (m.gone_by IS NOT NULL OR EXISTS ("
        "SELECT 1 FROM erasure e WHERE e.medium_id = m.id AND e.medium_serial = m.serial AND e.result = 'success'"
        " AND (e.verified OR EXISTS (SELECT 1 FROM verification v WHERE v.erasure_id = e.id AND v.confirmed))"
        " AND (e.level = 'destroy' OR e.cycle >= CASE WHEN d.wipe_from <= d.cycle THEN d.wipe_from ELSE 1 END))))",
    },
    "distribute": {
        "items": "SELECT device_id, donation_id, label, status, order_id, line_id FROM stock_item",
        "reservations": "SELECT device_id, order_id, line_id, released_at FROM reservation",
        "handovers": "SELECT id, device_id, relais_id, receipt_year, receipt_number, amount_cents, sequence,"
        " returned_at, checkout_id FROM handover",
        "topups": "SELECT id, relais_id, code_id, amount_cents, sequence, undone_at FROM topup_sale",
        "slips": "SELECT id, used_at, used_for FROM referral_slip WHERE used_for IS NOT NULL",
        "till": "SELECT *, details::text AS said FROM till_entry ORDER BY relais_id, sequence",
        "loan items": "SELECT loan_id, device_id, outcome, settled_at FROM loan_item",
        "loans": "SELECT id, kind, settled_at FROM loan",
        "incidents": "SELECT device_id, kind, outcome, said_at, settled_at FROM incident",
        "cases": "SELECT id, handover_id, device_id, opened_at, outcome, replacement_id, replacement_handover_id,"
        " order_id,"
        " coalesce(refunded_id, handover_id) AS refunded_id, is_refunded_in_part FROM after_sale_case",
        "lines": "SELECT id, order_id, quantity, allocated FROM order_line",
        "dues": "SELECT id, relais_id, sequence, kind, amount_cents, reverses FROM due",
        "terms": "SELECT DISTINCT ON (relais_id) relais_id, basis, percent FROM dues_terms"
        " ORDER BY relais_id, from_day DESC",
        "invoices": "SELECT id, relais_id, year, serial, kind, total_cents FROM invoice",
        "invoice lines": "SELECT due_id, invoice_id FROM invoice_line",
        "payments": "SELECT id, relais_id, amount_cents, undoes FROM payment",
        "settlements": "SELECT invoice_id, payment_id, credit_note_id, amount_cents FROM settlement",
        "left": "SELECT id, left_cents FROM money_left",
        "recalled": "SELECT x.device_id FROM recall_item x JOIN recall r ON r.id = x.recall_id"
        " WHERE r.ended_at IS NULL AND x.back_at IS NULL",
        # Each with the place of the answer that was given when it was stopped.
        "stopped": "SELECT x.device_id, r.started_at, r.ended_at IS NOT NULL AS is_over,"
        " (SELECT min(o.seq) FROM outbox o"
        " WHERE o.aggregateid = x.device_id::text AND o.type LIKE '%.device-recall-answered.%'"
        " AND o.created_at >= r.started_at) AS since"
        " FROM recall_item x JOIN recall r ON r.id = x.recall_id WHERE r.what = 'device'",
        # When its workshop had a device again, the last time: what was said before that is over.
        "returned": "SELECT aggregateid AS device_id, max(created_at) AS at FROM outbox"
        " WHERE type LIKE '%.device-returned.%' GROUP BY 1",
        "price lists": "SELECT id, valid_from, status, name IS NULL AS is_ours FROM price_list",
    },
}

# Effects that operations name: (what, which, how many).
_EFFECTS: dict[str, dict[str, str]] = {
    "collect": {
        "donation": "SELECT substr(note, 4), count(*) FROM donation WHERE note LIKE 'op %' GROUP BY 1",
        "lot of donation": "SELECT donation_id::text, count(*) FROM lot WHERE split_from IS NULL GROUP BY 1",
        "attachment": "SELECT name, count(*) FROM donation_attachment GROUP BY 1",
    },
    "refurbish": {
        "medium": "SELECT device_id::text, count(*) FROM storage_medium WHERE origin <> 'audit' GROUP BY 1",
        "erasure": "SELECT tool_version, count(*) FROM erasure GROUP BY 1",
        "verification": "SELECT erasure_id::text, count(*) FROM verification GROUP BY 1",
        "exit": "SELECT m.serial, count(*) FROM medium_exit x JOIN storage_medium m ON m.id = x.medium_id GROUP BY 1",
        "gone": "SELECT serial, count(*) FROM storage_medium WHERE gone_by IS NOT NULL GROUP BY 1",
        "part": "SELECT substr(fits, 4), count(*) FROM part WHERE fits LIKE 'op %' GROUP BY 1",
        "repair": "SELECT substr(remark, 4), count(*) FROM repair WHERE remark LIKE 'op %' GROUP BY 1",
        "waste": "SELECT substr(slip, 4), count(*) FROM waste_exit WHERE slip LIKE 'op %' GROUP BY 1",
        "stranger": "SELECT label, count(*) FROM mismatch GROUP BY 1",
        "surplus": "SELECT details->>'text', count(*) FROM journal WHERE verb = 'surplus' GROUP BY 1",
        "week": "SELECT object_id || ' ' || (details->>'first'), count(*) FROM journal WHERE verb = 'period-said'"
        " GROUP BY 1",
        "week back": "SELECT object_id || ' ' || (details->>'first'), count(*) FROM journal"
        " WHERE verb = 'period-taken-back' GROUP BY 1",
        "audit": "SELECT s->>'serial', count(*) FROM audit, jsonb_array_elements(facts->'media') s GROUP BY 1",
        "bulk": "SELECT id::text, count(*) FROM bulk WHERE done_at IS NOT NULL GROUP BY 1",
        "test sheet": "SELECT note, count(*) FROM (SELECT DISTINCT s.id, substr(r.value->>'note', 4) AS note "
        "FROM test_sheet s, jsonb_each(s.results::jsonb) r WHERE r.value->>'note' LIKE 'op %') notes GROUP BY 1",
    },
    "distribute": {
        "order": "SELECT substr(note, 4), count(*) FROM relais_order WHERE note LIKE 'op %' GROUP BY 1",
        # A line that lost its device is promised another by the network itself: nobody asked for that run.
        "allocation runs": "SELECT 'all', count(*) FROM allocation_run WHERE method <> 'replacement'",
        "allocation run": "SELECT id::text, count(*) FROM allocation_run GROUP BY 1",
        "undone run": "SELECT id::text, count(*) FROM allocation_run WHERE undone_at IS NOT NULL GROUP BY 1",
        "shipment": "SELECT id::text, count(*) FROM shipment GROUP BY 1",
        # What was told of it: a parcel all of whose devices were lost is not dated any more.
        "left": "SELECT DISTINCT payload::jsonb->>'shipment_id', 1 FROM outbox WHERE type LIKE '%.device-shipped.%'",
        # What was handed over, taken back or not: the journal keeps all of it.
        # Top-ups, of no device, are counted below.
        "handover": "SELECT device_id::text, count(*) FROM till_entry WHERE kind IN ('sale', 'gift')"
        " AND details ->> 'topup' IS NULL GROUP BY 1",
        "undo": "SELECT handover_id::text, count(*) FROM till_entry WHERE kind = 'undo' AND handover_id IS NOT NULL"
        " GROUP BY 1",
        "checkout": "SELECT id::text, count(*) FROM till_checkout GROUP BY 1",
        "closing": "SELECT relais_id::text, count(*) FROM till_entry WHERE kind LIKE 'close%' GROUP BY 1",
        "missing": "SELECT device_id::text, count(*) FROM incident WHERE kind = 'missing' GROUP BY 1",
        "report": "SELECT device_id::text, count(*) FROM incident WHERE kind <> 'missing' GROUP BY 1",
        "case": "SELECT handover_id::text, count(*) FROM after_sale_case GROUP BY 1",
        "payment": "SELECT id::text, count(*) FROM payment WHERE undoes IS NULL GROUP BY 1",
        "payment back": "SELECT undoes::text, count(*) FROM payment WHERE undoes IS NOT NULL GROUP BY 1",
        # What was carried over has a number of its own, and no operation that invoices it.
        "invoice": "SELECT relais_id || ' ' || last_day, count(*) FROM invoice WHERE year > 2000 GROUP BY 1",
        "recall": "SELECT id::text, count(*) FROM recall GROUP BY 1",
        "recall ended": "SELECT id::text, count(*) FROM recall WHERE ended_at IS NOT NULL GROUP BY 1",
        "published prices": "SELECT id::text, count(*) FROM price_list WHERE published_at IS NOT NULL AND name IS NULL"
        " GROUP BY 1",
        "prices back": "SELECT id::text, count(*) FROM price_list WHERE withdrawn_at IS NOT NULL GROUP BY 1",
        "topup": "SELECT id::text, count(*) FROM topup_sale GROUP BY 1",
        "topup back": "SELECT id::text, count(*) FROM topup_sale WHERE undone_at IS NOT NULL GROUP BY 1",
        "slip": "SELECT id::text, count(*) FROM referral_slip GROUP BY 1",
        "carried": "SELECT id::text, count(*) FROM carried_over WHERE corrects IS NULL GROUP BY 1",
        "carried back": "SELECT corrects::text, count(*) FROM carried_over WHERE corrects IS NOT NULL GROUP BY 1",
        "lent": "SELECT device_id::text, count(*) FROM loan_item GROUP BY 1",
        "lent, settled": "SELECT device_id::text, count(*) FROM loan_item WHERE settled_at IS NOT NULL GROUP BY 1",
    },
}


async def load(
    connections: Mapping[str, "asyncpg.Connection[Any]"],
    operations: Sequence[Operation],
    records: Sequence[Seen | Poison],
) -> Evidence:
    """`connections` by service; whatever transaction they are in is what is seen."""
    found = Evidence(
        operations=list(operations),
        seen=[record for record in records if isinstance(record, Seen)],
        poison=[record for record in records if isinstance(record, Poison)],
    )
    for service in installed_services():
        found.read_types[service.name] = {
            short(type_) for subscription in service.subscriptions for type_ in subscription.by_type
        }
        found.read_topics[service.name] = {subscription.topic for subscription in service.subscriptions}
        found.compacted |= {topic.name for topic in service.topics if topic.compacted}
    for name, connection in connections.items():
        await _load_service(found, name, connection)
    return found


async def _load_service(found: Evidence, name: str, connection: "asyncpg.Connection[Any]") -> None:
    found.sent[name] = [
        Sent(row["seq"], row["id"], row["topic"], row["aggregateid"], short(row["type"]), row["published"])
        for row in await connection.fetch(
            "SELECT seq, id, topic, aggregateid, type, published_at IS NOT NULL AS published FROM outbox ORDER BY seq"
        )
    ]
    for row in found.sent[name]:
        found.effects[Mark("event", f"{row.type} {row.key}")] += 1
    claims = await connection.fetch("SELECT event_id, processed_at FROM inbox WHERE consumer = $1", name)
    found.claimed[name] = {row["event_id"]: row["processed_at"] for row in claims}
    found.letters[name] = await connection.fetch(
        'SELECT topic, partition, "offset", event_id, key, reason, detail, payload, '
        "header_values[array_position(header_names, $1)] AS poison FROM dead_letter",
        MARK,
    )
    found.rows[name] = {query: await connection.fetch(sql) for query, sql in ROWS[name].items()}
    for what, sql in _EFFECTS[name].items():
        for which, count in await connection.fetch(sql):
            found.effects[Mark(what, which)] += count


def read_folders(found: Evidence, data: Path) -> None:
    """What lies on the disk of a stack: collect's files, and everybody's letters."""
    for file in (data / "files" / "collect").glob("??/*"):
        found.files[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    found.mails |= {file.stem for file in (data / "mail").rglob("*.eml")}


async def read_topics(bootstrap_servers: str) -> list[Seen | Poison]:
    """Every record of every topic of the services, in offset order per partition."""
    topics = [topic.name for service in installed_services() for topic in service.topics]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    records: list[Seen | Poison] = []
    await consumer.start()
    try:
        partitions = []
        for topic in topics:
            numbers = await _partitions_of(consumer, topic)
            partitions += [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        clock = asyncio.get_running_loop().time
        last = clock()
        while clock() - last < _QUIET_S:
            found = await consumer.getmany(timeout_ms=200, max_records=5000)
            for partition, messages in found.items():
                last = clock()
                records += [_seen(partition, message) for message in messages]
    finally:
        await consumer.stop()
    return records


async def _partitions_of(consumer: Any, topic: str) -> set[int]:
    consumer._client.add_topic(topic)
    for _ in range(100):
        if found := consumer.partitions_for_topic(topic):
            return set(found)
        await consumer._client.force_metadata_update()
        await asyncio.sleep(0.1)
    raise AssertionError(f"topic {topic} is not there")


def _seen(partition: TopicPartition, message: Any) -> Seen | Poison:
    headers = dict(message.headers)
    if (mark := headers.get(MARK.decode())) is not None:
        id_, type_ = _trusting_nothing(headers)
        return Poison(partition.topic, partition.partition, message.offset, mark.decode(), id_, type_)
    id_ = UUID(headers["ce_id"].decode())
    return Seen(partition.topic, partition.partition, message.offset, (message.key or b"").decode(), id_)


def _trusting_nothing(headers: dict[str, bytes | None]) -> tuple[UUID | None, str | None]:
    """Id and short type of a poisoned record whose envelope is sound; else nothing."""
    try:
        if any(
            len(value or b"") > 4000 or b"\x00" in (value or b"")
            for name, value in headers.items()
            if name[:3] == "ce_"
        ):
            return None, None
        datetime.fromisoformat((headers["ce_time"] or b"").decode())
        return UUID((headers["ce_id"] or b"").decode()), short((headers["ce_type"] or b"").decode())
    except (KeyError, ValueError, IndexError):
        return None, None


def short(type_: str) -> str:
    """`org.filiere.refurbish.device-ready.v1` → `device-ready`."""
    return type_.split(".")[-2]
