"""Mutated records through each service's consumer: every example of the contracts, damaged in its JSON, bytes, headers.

Each record is packed into a batch as a broker keeps it and read back as the consumer does. It must end applied, ignored
or parked, byte for byte; the consumer must live, and no record may take more than two seconds.

`python -m tests.fuzz.records --seed 7 --seconds 60` runs it alone.
"""

import argparse
import asyncio
import copy
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from filiere.calendar import now
from filiere.database import Database
from filiere.events import Envelope
from filiere.identifiers import uuid7
from filiere.kafka.client.batches import Batches
from filiere.kafka.client.raw_records import Raw, batch_of
from filiere.kafka.decoding import Decoded, Ignored, decode
from filiere.kafka.ports import Partition, Record
from filiere.kafka.processing import Processor
from filiere.service import Service, installed_services
from filiere.settings import Settings
from filiere.telemetry.logs import configure_logs
from filiere.testing.engines import Databases, postgres

from tests.contracts.network import committed

MOST_S = 2.0  # of the process's own CPU time: a busy machine is no fault
_SLICE = 12
_BATCH = 3
Headers = list[tuple[bytes, bytes | None]]


@dataclass
class Found:
    """What became of the records, by service and outcome, and what should not have been."""

    seed: int
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: str = ""

    @property
    def records(self) -> int:
        return self.outcomes.total()

    def add(self, other: "Found") -> None:
        self.outcomes.update(other.outcomes)
        self.failures += other.failures
        if other.slowest_s > self.slowest_s:
            self.slowest_s, self.slowest = other.slowest_s, other.slowest


def run(seed: int, seconds: float, services: list[Service] | None = None) -> Found:
    """All services' consumers, each for its share of the time, on databases of their own."""
    chosen = [service for service in services or installed_services() if service.subscriptions]
    found = Found(seed)
    configure_logs("fuzz", format_="json", level="CRITICAL")  # a letter's traceback costs more than the letter
    with postgres() as url:
        databases = Databases(url)
        for service in chosen:
            template = databases.template(service)
            found.add(asyncio.run(_on_a_clone(databases, template, service, seed, seconds / len(chosen))))
        databases.drop_templates()
    return found


async def fuzz(service: Service, database: Database, seed: int, seconds: float) -> Found:
    """One service's consumer, on a migrated database of its own."""
    settings = Settings(dead_letters_in_a_row=10**9, dead_letter_ratio=1.0)
    processor = Processor(database, service.name, service.subscriptions, settings)
    chance, found = random.Random(f"{seed} {service.name}"), Found(seed)
    subjects = [
        (subscription.topic, type_, committed("examples", type_))
        for subscription in service.subscriptions
        for type_ in subscription.by_type
    ]
    ends, offset = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        topic = chance.choice(subjects)[0]
        of_topic = [subject for subject in subjects if subject[0] == topic]
        raw = [mutated(chance, *chance.choice(of_topic)[1:]) for _ in range(_SLICE)]
        records = list(_read_back(topic, raw, offset))
        offset += _SLICE  # not what was read back: some are in no batch that can be read, and their places stay empty
        await _apply(processor, service, records, found)
        await _judge(service, database, processor, records, found)
    return found


def mutated(chance: random.Random, type_: str, example: Any) -> Raw:
    """The example, damaged in one to three ways; one in twelve whole."""
    data, key = json.loads(json.dumps(example)), str(uuid7())
    envelope = Envelope(uuid7(), "/fuzz", type_, now(), key)
    headers: Headers = [(name.encode(), value) for name, value in envelope.to_headers()]
    if chance.random() < 1 / 12:
        return Raw(key.encode(), json.dumps(data).encode(), headers)
    levels = chance.choices(["json", "bytes", "headers", "key"], [6, 2, 2, 1], k=chance.randint(1, 3))
    for _ in range(levels.count("json")):
        _damage(chance, data)
    value: bytes | None = json.dumps(data).encode(errors="surrogatepass")[:_MOST_BYTES]
    for level in levels:
        if level == "bytes":
            value = _torn(chance, value)
        elif level == "headers":
            headers = _relabelled(chance, headers)
    raw_key = chance.choice(_BYTES) if "key" in levels else key.encode()
    return Raw(raw_key, value, headers, codec=chance.choice([0, 0, 0, 1, 2, 3, 4]))


_MOST_ITEMS = 20_000  # three damages may meet in one list
_MOST_BYTES = 8 * 2**20  # no broker takes more, and a text of megabytes two thousand times is all the memory there is
_BYTES: list[bytes | None] = [None, b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"k" * 5000, "é".encode(), b"a\x00b"]
_ODD: list[Any] = [
    None, True, 0, -1, 1.5, 2**31, 2**63, -(2**63) - 1, 10**400, "", " ", "\x00", "a\x00b", "\ud800", "x" * 20_000,
    [], {}, [[]], [None], {"a": {"b": []}}, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-02-30",
    "00000000-0000-0000-0000-000000000000", "NaN", "1e999", "'; DROP TABLE device; --", "‮", "𝄞" * 300,
]  # fmt: skip


def _damage(chance: random.Random, data: Any) -> None:
    """One place of a JSON document."""
    places = list(_places(data))
    if not places:
        return
    holder, at = chance.choice(places)
    match chance.randrange(6):
        case 0 if isinstance(holder, dict):
            del holder[at]
        case 1 if isinstance(holder, list):
            holder.extend((holder * chance.choice([1, 50, 400]))[:_MOST_ITEMS])
        case 2 if isinstance(holder, dict):
            holder[chance.choice(["\x00", "x" * 500, "device_id", "__class__"])] = holder[at]
        case 3:
            deep: Any = holder[at]
            for _ in range(chance.choice([5, 300])):
                deep = [deep]
            holder[at] = deep
        case _:
            holder[at] = copy.deepcopy(chance.choice(_ODD))  # what is damaged next must not be the pattern itself


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    names = data.keys() if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for name in list(names):
        yield data, name
        yield from _places(data[name])


def _torn(chance: random.Random, value: bytes | None) -> bytes | None:
    if not value:
        return value
    at = chance.randrange(len(value))
    match chance.randrange(7):
        case 0:
            return None
        case 1:
            return value[:at]
        case 2:
            return value[:at] + chance.randbytes(chance.randint(1, 8)) + value[at + 1 :]
        case 3:
            return value[:at] + b"\x00" + value[at:]
        case 4:
            return b"[" * chance.choice([100, 100_000]) + value
        case 5:
            return value.replace(b'"', b'"\\u0000', 1)
        case _:
            return value * min(chance.choice([2, 2000]), 1 + _MOST_BYTES // len(value))


def _relabelled(chance: random.Random, headers: Headers) -> Headers:
    headers = list(headers)
    at = chance.randrange(len(headers))
    name, value = headers[at]
    match chance.randrange(6):
        case 0:
            del headers[at]
        case 1:
            headers[at] = (name, chance.choice(_BYTES))
        case 2:
            headers[at] = (chance.choice(_BYTES) or b"", value)
        case 3:
            headers.append((name, chance.choice(_BYTES)))
        case 4:
            headers += [(b"x", chance.randbytes(200))] * chance.choice([1, 500])
        case _:
            headers.append((b"\xff\xfe\x00", None))
    return headers or [(b"x", b"")]


def _read_back(topic: str, raw: list[Raw], offset: int) -> Iterator[Record]:
    """As a broker keeps them and the consumer reads them."""
    for start in range(0, len(raw), _BATCH):
        batch = Batches(batch_of(raw[start : start + _BATCH], offset + start)).next_batch()
        assert batch is not None
        for record in batch:
            yield Record(Partition(topic, 0), record.offset, record.key, record.value, record.headers)


async def _apply(processor: Processor, service: Service, records: list[Record], found: Found) -> None:
    began = time.process_time()
    try:
        await processor.apply(records)
    except Exception as error:
        found.failures.append(f"{service.name} died of {type(error).__name__}: {error}, at {_shown(records)}")
        return
    took = time.process_time() - began
    if took > found.slowest_s:
        found.slowest_s, found.slowest = took, f"{service.name}: {len(records)} records, {_shown(records)}"
    if took > MOST_S:
        found.failures.append(f"{service.name} took {took:.1f} s of CPU for {_shown(records)}")


async def _judge(
    service: Service, database: Database, processor: Processor, records: list[Record], found: Found
) -> None:
    """Each record is in exactly one of the three states, and a parked one has its bytes."""
    first, last = records[0].offset, records[-1].offset
    async with database.read() as session:
        driver = await session.driver()
        letters = {
            row["offset"]: row
            for row in await driver.fetch(
                'SELECT "offset", raw_key, payload, tombstone, header_names, header_values FROM dead_letter '
                'WHERE topic = $1 AND "offset" BETWEEN $2 AND $3',
                records[0].partition.topic,
                first,
                last,
            )
        }
        ids = [one.envelope.id for one in (decode(r, processor.models(r.partition.topic)) for r in records)
               if isinstance(one, Decoded)]  # fmt: skip
        claimed: set[UUID] = {
            row[0] for row in await driver.fetch("SELECT event_id FROM inbox WHERE event_id = ANY($1)", ids)
        }
    for record in records:
        item = decode(record, processor.models(record.partition.topic))
        letter = letters.get(record.offset)
        if letter is not None:
            found.outcomes[f"{service.name}: parked"] += 1
            names = [name.encode(errors="surrogateescape") for name, _ in record.headers]
            kept = (letter["raw_key"], None if letter["tombstone"] else letter["payload"], letter["header_names"])
            if kept != (record.raw_key, record.value, names):
                found.failures.append(f"{service.name} parked other bytes than came: {_shown([record])}")
            if letter["header_values"] != [value for _, value in record.headers]:
                found.failures.append(f"{service.name} parked other headers than came: {_shown([record])}")
        elif isinstance(item, Ignored):
            found.outcomes[f"{service.name}: ignored"] += 1
        elif isinstance(item, Decoded) and item.envelope.id in claimed:
            found.outcomes[f"{service.name}: applied"] += 1
        else:
            found.failures.append(f"{service.name} neither applied, ignored nor parked {_shown([record])}")


def _shown(records: list[Record]) -> str:
    return "; ".join(f"{r.raw_key!r:.60} {r.value!r:.200} {list(r.headers)!r:.300}" for r in records[:3])


async def _on_a_clone(databases: Databases, template: str, service: Service, seed: int, seconds: float) -> Found:
    url = await databases.clone(template)
    database = Database(url, pool_size=4)
    try:
        return await fuzz(service, database, seed, seconds)
    finally:
        await database.dispose()
        await databases.drop(url)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.records", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--seconds", type=float, default=60.0)
    wanted = parser.parse_args()
    found = run(wanted.seed, wanted.seconds)
    for failure in found.failures[:40]:
        print(failure)
    print(f"slowest slice: {found.slowest_s:.2f} s of CPU: {found.slowest[:300]}")
    print(json.dumps({"seed": found.seed, "records": found.records, **found.outcomes, "failures": len(found.failures)}))
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
