"""What a worker holds and applies at once is bounded in bytes too: a hundred manifests of one lot are no one slice."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from filiere.database import Database
from filiere.kafka.client import KafkaConsumer, ensure_topics
from filiere.kafka.client.raw_records import Raw, RawProducer
from filiere.kafka.ports import Partition, Record
from filiere.kafka.processing import Processor, Sleep
from filiere.kafka.runtime import SLICE_BYTES, ConsumerRuntime, _Lane
from filiere.settings import Settings
from filiere.testing.bank import BANK
from filiere.testing.bank_events import TOPIC

from .conftest import Entries
from .test_halting import good

HEAVY, LIGHT = 60, 300
_HEAVY_BYTES = 120_000


class Noting(Processor):
    """The real one, which also notes the bytes of every slice."""

    slices: list[list[int]]

    async def apply(self, records: Sequence[Record], sleep: Sleep = asyncio.sleep) -> None:
        self.slices.append([len(record.value or b"") for record in records])
        await super().apply(records, sleep)


def heavy(count: int) -> list[Raw]:
    """Events with as many spaces behind them as a manifest has devices."""
    return [replace(one, value=(one.value or b"").ljust(_HEAVY_BYTES)) for one in good(count)]


async def test_heavy_events_are_applied_a_few_at_a_time_and_light_ones_as_before(
    bank: Database, bank_settings: Settings, entries: Entries
) -> None:
    await ensure_topics(bank_settings, BANK.topics)
    async with RawProducer(bank_settings) as producer:
        events = heavy(HEAVY)
        for start in range(0, HEAVY, 6):  # a batch of more than a megabyte is refused by an Apache Kafka
            await producer.send(TOPIC, 3, events[start : start + 6])
        await producer.send(TOPIC, 4, good(LIGHT))
    settings = bank_settings.model_copy(update={"consumer_batch": 500})
    processor = Noting(bank, BANK.name, BANK.subscriptions, settings)
    processor.slices = []
    runtime = ConsumerRuntime(KafkaConsumer(settings, BANK.name), processor, settings)
    running = asyncio.create_task(runtime.run())
    async with asyncio.timeout(60):
        while len(await entries()) < HEAVY + LIGHT:
            await asyncio.sleep(0.05)
    runtime.stop()
    await running
    assert max(map(sum, processor.slices)) <= SLICE_BYTES
    assert sum(map(len, processor.slices)) == HEAVY + LIGHT
    assert max(len(sizes) for sizes in processor.slices if sizes[0] < _HEAVY_BYTES) > SLICE_BYTES // _HEAVY_BYTES


async def test_an_event_heavier_than_a_slice_goes_alone() -> None:
    lane = _Lane()
    sizes = [SLICE_BYTES * 2, 1, SLICE_BYTES - 1, 1]
    lane.put([Record(Partition(TOPIC, 0), n, b"k", bytes(size), []) for n, size in enumerate(sizes)])
    assert [[len(record.value or b"") for record in lane.take(500)] for _ in range(3)] == [[sizes[0]], sizes[1:3], [1]]
    assert lane.waiting_bytes == 0
