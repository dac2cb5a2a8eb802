"""Look at what a service published, and give it events as the broker would, without a broker."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from filiere.calendar import now
from filiere.database import Database
from filiere.events import Envelope, Event
from filiere.identifiers import uuid7
from filiere.kafka.ports import Partition, Record
from filiere.kafka.processing import Processor
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.sql import rows


@dataclass(frozen=True, slots=True)
class Published:
    """A row of the outbox; `name` is the short name, such as `device-ready`."""

    id: UUID
    topic: str
    type: str
    key: str
    data: dict[str, Any]

    @property
    def name(self) -> str:
        return self.type.split(".")[-2]


async def published(database: Database, *names: str) -> list[Published]:
    """What the service has written to its outbox, in order; only the named events when names are given."""
    kept = await rows(database, "SELECT id, topic, type, aggregateid, payload FROM outbox ORDER BY seq")
    found = [Published(id_, topic, type_, key, json.loads(payload)) for id_, topic, type_, key, payload in kept]
    return [event for event in found if not names or event.name in names]


def record_of(event: Event | Published, *, offset: int = 0, partition: int = 0) -> Record:
    """The record that the relay would have sent."""
    if isinstance(event, Published):
        envelope = Envelope(event.id, "/test", event.type, now(), event.key)
        value = json.dumps(event.data).encode()
    else:
        envelope = Envelope(uuid7(), "/test", event.type, now(), event.key)
        value = event.to_json().encode()
    return Record(Partition(event.topic, partition), offset, event.key.encode(), value, envelope.to_headers())


async def deliver(
    database: Database,
    service: Service,
    events: Iterable[Event | Published | Record],
    *,
    settings: Settings | None = None,
) -> None:
    """Apply events by the service's real processor: runs of one topic become one slice, in the given order."""
    processor = Processor(database, service.name, service.subscriptions, settings or _settings())
    records = [item if isinstance(item, Record) else record_of(item, offset=n) for n, item in enumerate(events)]
    for slice_ in _runs([record for record in records if record.partition.topic in processor.topics]):
        await processor.apply(slice_)


@cache  # they are frozen, and reading the environment costs as much as a request
def _settings() -> Settings:
    return Settings()


def incoming(topic: str, type_: str, key: str, data: dict[str, Any], *, event_id: UUID | None = None) -> Published:
    """An event of another service, as a plain value, for `deliver`."""
    return Published(event_id or uuid7(), topic, type_, key, {"occurred_at": now().isoformat(), **data})


def _runs(records: Sequence[Record]) -> list[list[Record]]:
    runs: list[list[Record]] = []
    for record in records:
        if runs and runs[-1][-1].partition == record.partition:
            runs[-1].append(record)
        else:
            runs.append([record])
    return runs
