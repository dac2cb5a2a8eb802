"""From an outbox row through a real broker to an applied event, exactly once in effect."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

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


async def write(bank: Database, *events: AmountAdded) -> None:
    async with bank.unit_of_work() as session:
        await outbox.append(session, events)


@asynccontextmanager
async def relaying(bank: Database, settings: Settings) -> AsyncIterator[Relay]:
    relay = Relay(bank, lambda: KafkaProducer(settings), BANK.name, settings)
    task = asyncio.create_task(relay.run())
    yield relay
    relay.stop()
    await task


@asynccontextmanager
async def consuming(bank: Database, settings: Settings) -> AsyncIterator[ConsumerRuntime]:
    processor = Processor(bank, BANK.name, BANK.subscriptions, settings)
    runtime = ConsumerRuntime(KafkaConsumer(settings, BANK.name), processor, settings)
    task = asyncio.create_task(runtime.run())
    yield runtime
    runtime.stop()
    await task


async def eventually(condition: Callable[[], "object"], timeout: float = 30) -> None:
    async with asyncio.timeout(timeout):
        while True:
            result = condition()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return
            await asyncio.sleep(0.01)


@pytest.fixture
async def topics(bank_settings: Settings) -> None:
    await ensure_topics(bank_settings, BANK.topics)


@pytest.mark.usefixtures("topics")
async def test_what_is_committed_is_applied_once_and_in_order(
    bank: Database, bank_settings: Settings, entries: Entries
) -> None:
    async with relaying(bank, bank_settings), consuming(bank, bank_settings):
        for number in range(50):
            await write(bank, *[AmountAdded(account=f"k{k}", number=number) for k in range(8)])

        async def all_there() -> bool:
            return len(await entries()) == 400

        await eventually(all_there)
    applied = await entries()
    for k in range(8):
        assert [number for account, number in applied if account == f"k{k}"] == list(range(50))


async def test_what_is_rolled_back_is_never_sent(bank: Database) -> None:
    with pytest.raises(RuntimeError, match="on purpose"):
        async with bank.unit_of_work() as session:
            await outbox.append(session, [AmountAdded(account="a", number=1)])
            raise RuntimeError("on purpose")
    async with bank.read() as session:
        assert await outbox.OutboxRepository.from_session(session).counts() == (0, 0)


@pytest.mark.usefixtures("topics")
async def test_everything_sent_again_changes_nothing(bank: Database, bank_settings: Settings, entries: Entries) -> None:
    await write(bank, *[AmountAdded(account="a", number=n) for n in range(20)])

    async def count(wanted: int) -> None:
        async def there() -> bool:
            return len(await entries()) >= wanted

        await eventually(there)

    async def stamped() -> bool:
        async with bank.read() as session:
            waiting, _ = await outbox.OutboxRepository.from_session(session).counts()
            return waiting == 0

    async with relaying(bank, bank_settings) as relay, consuming(bank, bank_settings):
        await count(20)
        await eventually(stamped)  # applied may come before the relay has written that it is sent
        async with bank.unit_of_work() as session:
            assert await outbox.OutboxRepository.from_session(session).republish(None) == 20
        await write(bank, AmountAdded(account="a", number=20))
        await count(21)
        await eventually(lambda: relay.depth == 0)
    assert [number for _, number in await entries()] == list(range(21))


@pytest.mark.usefixtures("topics")
async def test_a_consumer_that_comes_back_starts_where_it_stopped(
    bank: Database, bank_settings: Settings, entries: Entries
) -> None:
    async def there(wanted: int) -> bool:
        return len(await entries()) >= wanted

    async with relaying(bank, bank_settings):
        await write(bank, *[AmountAdded(account="a", number=n) for n in range(5)])
        async with consuming(bank, bank_settings):
            await eventually(lambda: there(5))
        await write(bank, *[AmountAdded(account="a", number=n) for n in range(5, 9)])
        async with consuming(bank, bank_settings) as runtime:
            await eventually(lambda: there(9))
            assert runtime._applied == 4  # the five before were not even read again
    assert len(await entries()) == 9


@pytest.mark.usefixtures("topics")
async def test_only_one_relay_of_a_service_is_active_and_the_other_takes_over(
    bank: Database, bank_settings: Settings
) -> None:
    async with relaying(bank, bank_settings) as first:
        await eventually(lambda: first.active)
        second = Relay(bank, lambda: KafkaProducer(bank_settings), BANK.name, bank_settings)
        task = asyncio.create_task(second.run())
        await asyncio.sleep(0.3)
        assert not second.active
        first.stop()
        await eventually(lambda: second.active)
        second.stop()
        await task
