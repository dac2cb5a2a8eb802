"""One partition stops for a person; its worker goes on with the others, and stays in its group."""

import asyncio

from filiere.database import Database
from filiere.dead_letter import DeadLetterRepository
from filiere.kafka.client import KafkaConsumer, ensure_topics
from filiere.kafka.client.raw_records import Raw, RawProducer
from filiere.kafka.processing import Processor
from filiere.kafka.runtime import ConsumerRuntime
from filiere.settings import Settings
from filiere.testing.bank import BANK
from filiere.testing.bank_events import TOPIC, AmountAdded
from filiere.testing.events import record_of

from .conftest import Entries

JUNK = [Raw(b"k%d" % n, b"junk") for n in range(30)]


def good(count: int) -> list[Raw]:
    records = [record_of(AmountAdded(account="a", number=n)) for n in range(count)]
    return [Raw(r.raw_key, r.value, [(name.encode(), value) for name, value in r.headers]) for r in records]


async def test_a_partition_full_of_poison_stops_alone(
    bank: Database, bank_settings: Settings, entries: Entries
) -> None:
    await ensure_topics(bank_settings, BANK.topics)
    processor = Processor(bank, BANK.name, BANK.subscriptions, bank_settings)
    runtime = ConsumerRuntime(KafkaConsumer(bank_settings, BANK.name), processor, bank_settings)
    async with RawProducer(bank_settings) as producer:
        await producer.send(TOPIC, 3, [*JUNK, *good(5)])
        running = asyncio.create_task(runtime.run())
        async with asyncio.timeout(60):
            while runtime.halted is None:
                await asyncio.sleep(0.05)
            await producer.send(TOPIC, 4, good(5))
            while len(await entries()) < 5:
                await asyncio.sleep(0.05)
    assert runtime.halted.startswith(f"{TOPIC}/3: 5 messages in a row")
    assert runtime.last_poll_age_s < 5
    assert not running.done()
    runtime.stop()
    await running
    async with bank.read() as session:
        assert await DeadLetterRepository.from_session(session).count_open(BANK.name) == 5
    assert len(await entries()) == 5  # nothing of what stands behind the poison


async def test_started_again_after_a_mend_it_goes_on_where_it_stood(
    bank: Database, bank_settings: Settings, entries: Entries
) -> None:
    await ensure_topics(bank_settings, BANK.topics)
    async with RawProducer(bank_settings) as producer:
        await producer.send(TOPIC, 3, [*JUNK[:7], *good(5)])
    for letters, applied in ((5, 0), (7, 5)):
        processor = Processor(bank, BANK.name, BANK.subscriptions, bank_settings)
        runtime = ConsumerRuntime(KafkaConsumer(bank_settings, BANK.name), processor, bank_settings)
        running = asyncio.create_task(runtime.run())
        async with asyncio.timeout(60):
            while runtime.halted is None and len(await entries()) < 5:
                await asyncio.sleep(0.05)
        runtime.stop()
        await running
        assert len(await entries()) == applied
        async with bank.read() as session:
            assert await DeadLetterRepository.from_session(session).count_open(BANK.name) == letters
