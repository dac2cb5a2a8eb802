"""Membership and idempotence as a real Apache Kafka gives them."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from filiere.kafka.client import KafkaAdmin, KafkaConsumer, KafkaProducer, ensure_topics
from filiere.kafka.ports import Outgoing, Partition, PartitionsLost
from filiere.settings import Settings
from filiere.testing.bank import BANK
from filiere.testing.bank_events import TOPIC

pytestmark = pytest.mark.apache_kafka


@pytest.fixture
async def settings(bank_settings: Settings) -> Settings:
    await ensure_topics(bank_settings, BANK.topics)
    return bank_settings.model_copy(update={"kafka_session_timeout": timedelta(seconds=1)})


async def test_the_producer_is_known_to_the_broker_by_an_id(settings: Settings) -> None:
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        assert await producer.send([event(0)]) == [None]
        assert producer._producer is not None
        assert producer._producer._txn_manager.producer_id >= 0
    finally:
        await producer.stop()


async def test_a_member_that_stood_still_is_told_that_its_partitions_are_lost(settings: Settings) -> None:
    producer, late = KafkaProducer(settings), KafkaConsumer(settings, "bank")
    await producer.start()
    await producer.send([event(number) for number in range(20)])
    await late.start([TOPIC], forget)
    try:
        partition = await first_partition(late)
        time.sleep(2.5)  # noqa: ASYNC251 - the whole process stands still, heartbeats too
        with pytest.raises(PartitionsLost):
            await late.commit({partition: 1})
        assert await first_partition(late)  # and joins again by itself
    finally:
        await late.stop()
        await producer.stop()


@pytest.mark.parametrize("asks", [True, False], ids=["asks for nothing", "does not ask"])
async def test_a_member_whose_lanes_are_all_full_or_halted_stays_in_its_group(settings: Settings, asks: bool) -> None:
    impatient = settings.model_copy(update={"kafka_max_poll_interval": timedelta(seconds=2)})
    producer, busy = KafkaProducer(impatient), KafkaConsumer(impatient, "bank")
    await producer.start()
    await producer.send([event(number) for number in range(20)])
    await busy.start([TOPIC], forget)
    try:
        await first_partition(busy)
        async with asyncio.timeout(30):
            for _ in range(25):
                if asks:
                    assert await busy.poll(busy.assignment(), 0.2, 100) == {}
                else:
                    await asyncio.sleep(0.2)
        async with KafkaAdmin(impatient) as admin:
            assert await admin.members("bank") == (1 if asks else 0)
    finally:
        await busy.stop()
        await producer.stop()


async def test_two_members_share_the_partitions_and_one_gets_those_of_the_other(settings: Settings) -> None:
    first, second = KafkaConsumer(settings, "bank"), KafkaConsumer(settings, "bank")
    every = {Partition(TOPIC, number) for number in range(BANK.topics[0].partitions)}
    await first.start([TOPIC], forget)
    await until(first, lambda: first.assignment() == every)
    await second.start([TOPIC], forget)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(until(first, lambda: len(first.assignment()) == len(every) / 2))
            group.create_task(until(second, lambda: len(second.assignment()) == len(every) / 2))
        assert first.assignment() | second.assignment() == every
        assert not first.assignment() & second.assignment()
        await first.stop()
        await until(second, lambda: second.assignment() == every)
    finally:
        await second.stop()


def event(number: int) -> Outgoing:
    return Outgoing(TOPIC, f"k{number}".encode(), b"{}", [], int(time.time() * 1000))


async def forget(_: set[Partition]) -> None:
    """Nothing is in flight here."""


async def first_partition(consumer: KafkaConsumer) -> Partition:
    """The partition of the first record that comes."""
    async with asyncio.timeout(20):
        while not (found := await consumer.poll(set(), 0.1, 1)):
            pass
    return next(iter(found))


async def until(consumer: KafkaConsumer, condition: Callable[[], bool]) -> None:
    """Polls meanwhile, as a member must."""
    async with asyncio.timeout(30):
        while not condition():
            await consumer.poll(set(), 0.05, 100)


async def test_topics_made_while_a_worker_starts_are_shared_out_at_once(bank_settings: Settings) -> None:
    """Not when the client next renews what it knows of the cluster, 30 s later."""
    consumer = KafkaConsumer(bank_settings, "bank")
    starting = asyncio.create_task(consumer.start([TOPIC], forget))
    await asyncio.sleep(0.5)
    await ensure_topics(bank_settings, BANK.topics)
    await starting
    try:
        async with asyncio.timeout(10):
            while len(consumer.assignment()) < BANK.topics[0].partitions:
                await consumer.poll(set(), 0.05, 100)
    finally:
        await consumer.stop()
