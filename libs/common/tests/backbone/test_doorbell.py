"""On the embedded broker consumers sleep while nothing comes, and are told when something does."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from filiere.kafka.client import KafkaConsumer, KafkaProducer, ensure_topics, fetch_pace
from filiere.kafka.client.doorbell import Button, Doorbell
from filiere.kafka.ports import Outgoing, Partition
from filiere.settings import KafkaProfile, Settings
from filiere.testing.bank import BANK
from filiere.testing.bank_events import TOPIC


@pytest.fixture
async def settings(bank_settings: Settings) -> Settings:
    if bank_settings.kafka_profile is not KafkaProfile.EMBEDDED:
        pytest.skip("Apache Kafka answers a waiting fetch at once: there is no doorbell")
    await ensure_topics(bank_settings, BANK.topics)
    return bank_settings


@pytest.fixture
async def consumer(settings: Settings) -> AsyncIterator[KafkaConsumer]:
    consumer = KafkaConsumer(settings, "bank")
    await consumer.start([TOPIC], nobody_leaves)
    yield consumer
    await consumer.stop()


@pytest.fixture
async def producer(settings: Settings) -> AsyncIterator[KafkaProducer]:
    producer = KafkaProducer(settings)
    await producer.start()
    yield producer
    await producer.stop()


async def nobody_leaves(_: object) -> None: ...


async def read(consumer: KafkaConsumer, polls: int) -> list[bytes | None]:
    """What so many polls bring, until something comes."""
    for _ in range(polls):
        if found := await consumer.poll(set(), 0.2, 100):
            return [record.value for records in found.values() for record in records]
    return []


async def asleep(consumer: KafkaConsumer) -> set[Any]:
    await read(consumer, 4)
    return set(consumer._consumer.paused())


def record(value: bytes) -> Outgoing:
    return Outgoing(TOPIC, b"account", value, [], 0)


async def test_a_consumer_to_which_nothing_comes_asks_the_broker_for_nothing(consumer: KafkaConsumer) -> None:
    assert await asleep(consumer) == consumer._consumer.assignment() != set()


async def test_a_sleeping_consumer_is_told_what_is_sent(
    consumer: KafkaConsumer, producer: KafkaProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_pace, "_LOOK_EVERY_S", 3600.0)  # it will not look by itself
    for number in range(5):
        assert await asleep(consumer)
        assert await producer.send([record(b"%d" % number)]) == [None]
        assert await read(consumer, 50) == [b"%d" % number]


async def test_what_is_sent_without_a_ring_is_found_by_looking(
    consumer: KafkaConsumer, producer: KafkaProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producer._button, "ring", lambda _: None)
    assert await asleep(consumer)
    await producer.send([record(b"quietly")])
    assert await read(consumer, 100) == [b"quietly"]


async def test_a_ring_for_other_topics_wakes_nobody(settings: Settings) -> None:
    bell, button = await Doorbell.hung(settings, ["mine"]), Button(settings)
    assert bell is not None
    button.ring(["other", "mine.too"])
    button.ring(["mine"])
    await asyncio.wait_for(bell.rang.wait(), 30)
    bell.rang.clear()
    button.ring(["other"])
    await asyncio.sleep(0.2)
    assert not bell.rang.is_set()
    bell.close()
    button.close()


async def test_there_is_no_bell_at_a_broker_elsewhere(settings: Settings) -> None:
    """It could not be heard there, so consumers go on asking."""
    for change in ({"kafka_bootstrap_servers": "kafka.example.org:9092"}, {"kafka_profile": KafkaProfile.KAFKA}):
        elsewhere = settings.model_copy(update=change)
        assert await Doorbell.hung(elsewhere, ["mine"]) is None
        Button(elsewhere).ring(["mine"])


async def test_a_partition_that_is_left_out_for_good_keeps_nobody_awake(
    consumer: KafkaConsumer, producer: KafkaProducer
) -> None:
    """A halted one is: what comes for the others is read all the same."""
    halted = {Partition(TOPIC, 0)}
    for _ in range(4):
        assert await consumer.poll(halted, 0.2, 100) == {}
    assert consumer._consumer.paused() == consumer._consumer.assignment()
    records = [Outgoing(TOPIC, b"account-%d" % number, b"%d" % number, [], 0) for number in range(40)]
    assert await producer.send(records) == [None] * 40
    found: list[Partition] = []
    while len(found) < 5:
        found += await consumer.poll(halted, 0.2, 100)
    assert set(found) == {Partition(TOPIC, number) for number in range(1, 6)}
