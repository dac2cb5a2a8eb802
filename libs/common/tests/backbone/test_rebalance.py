"""Two workers share the partitions by group; one comes, one goes, under load."""

import asyncio
from datetime import timedelta

import pytest
from filiere import outbox
from filiere.database import Database
from filiere.kafka.client import KafkaConsumer, KafkaProducer, ensure_topics
from filiere.kafka.processing import Processor
from filiere.kafka.runtime import ConsumerRuntime
from filiere.outbox.relay import Relay
from filiere.settings import Settings
from filiere.testing.bank import BANK
from filiere.testing.bank_events import AmountAdded

from .conftest import Entries

KEYS = 12


@pytest.fixture
def settings(bank_settings: Settings) -> Settings:
    return bank_settings.model_copy(
        update={"kafka_consumer_groups": True, "kafka_session_timeout": timedelta(seconds=3), "consumer_batch": 5}
    )


@pytest.mark.slow
async def test_two_workers_that_come_and_go_lose_nothing_and_double_nothing(
    bank: Database, settings: Settings, entries: Entries
) -> None:
    await ensure_topics(settings, BANK.topics)
    relay = Relay(bank, lambda: KafkaProducer(settings), BANK.name, settings)
    relaying = asyncio.create_task(relay.run())
    written = 0
    writing = True

    async def write() -> None:
        nonlocal written
        while writing:
            async with bank.unit_of_work() as session:
                await outbox.append(session, [AmountAdded(account=f"k{k}", number=written) for k in range(KEYS)])
            written += 1
            await asyncio.sleep(0.05)

    def worker() -> tuple[ConsumerRuntime, "asyncio.Task[None]"]:
        processor = Processor(bank, BANK.name, BANK.subscriptions, settings)
        runtime = ConsumerRuntime(KafkaConsumer(settings, BANK.name), processor, settings)
        return runtime, asyncio.create_task(runtime.run())

    async def until_both_have_partitions() -> None:
        async with asyncio.timeout(40):
            while not (first.assigned and second.assigned):
                await asyncio.sleep(0.1)

    writer = asyncio.create_task(write())
    first, first_task = worker()
    async with asyncio.timeout(30):
        while not await entries():
            await asyncio.sleep(0.1)
    second, second_task = worker()
    await until_both_have_partitions()
    await asyncio.sleep(0.5)
    first.stop()  # leaves in the middle of the load; the other takes everything over
    await first_task
    async with asyncio.timeout(40):
        while second.assigned < BANK.topics[0].partitions:
            await asyncio.sleep(0.1)
    writing = False
    await writer
    async with asyncio.timeout(30):
        while len(await entries()) < written * KEYS:
            await asyncio.sleep(0.1)
    second.stop()
    await second_task
    relay.stop()
    await relaying
    applied = await entries()
    for k in range(KEYS):
        assert [number for account, number in applied if account == f"k{k}"] == list(range(written))
