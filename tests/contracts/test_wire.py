"""Every event of a service as it really travels: outbox, relay, broker, and somebody else's CloudEvents library."""

import asyncio
import json
from typing import Any

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from filiere import outbox
from filiere.contracts.schemas import sample
from filiere.database import Database
from filiere.kafka.client import KafkaConsumer, KafkaProducer, ensure_topics
from filiere.kafka.ports import Partition, Record
from filiere.outbox.relay import Relay
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.events import published


async def test_another_library_reads_every_event_from_the_broker(
    service: Service, settings: Settings, database: Database, kafka_options: dict[str, Any]
) -> None:
    here = settings.model_copy(update=kafka_options)
    await ensure_topics(here, service.topics)
    async with database.unit_of_work() as session:
        await outbox.append(session, [sample(event) for event in service.events])

    relay = Relay(database, lambda: KafkaProducer(here), service.name, here)
    relaying = asyncio.create_task(relay.run())
    records = await received(here, [topic.name for topic in service.topics], len(service.events))
    relay.stop()
    await relaying

    written = {str(row.id): row for row in await published(database)}
    read = {}
    for record in records:
        assert record.key is not None
        assert record.value is not None
        headers = {name: value for name, value in record.headers if value is not None}
        message = KafkaMessage(headers, record.key.encode(), record.value)
        cloud_event = from_binary(message, JSONFormat())
        row = written[cloud_event.get_id()]
        assert cloud_event.get_specversion() == "1.0"
        assert cloud_event.get_source() == f"/{service.name}"
        assert cloud_event.get_type() == row.type
        assert cloud_event.get_subject() == cloud_event.get_extension("partitionkey") == row.key
        assert cloud_event.get_datacontenttype() == "application/json"
        assert cloud_event.get_time() is not None
        assert cloud_event.get_data() == row.data == json.loads(record.value)
        assert record.partition.topic == row.topic
        read[cloud_event.get_id()] = cloud_event
    assert set(read) == set(written)


async def received(settings: Settings, topics: list[str], count: int) -> list[Record]:
    """So many records of the topics, from their beginning."""
    consumer = KafkaConsumer(settings, "contracts")

    async def on_revoked(_: set[Partition]) -> None:
        """Partitions are assigned by hand: they stay."""

    await consumer.start(topics, on_revoked)
    found: list[Record] = []
    try:
        async with asyncio.timeout(20):
            while len(found) < count:
                for records in (await consumer.poll(set(), 0.2, 100)).values():
                    found.extend(records)
    finally:
        await consumer.stop()
    return found
