"""What only a real Apache Kafka can be asked: brokers lost from a replicated cluster, members thrown out of a group."""

import asyncio
import signal
import time
from datetime import timedelta

import httpx
import pytest
from filiere.embedded.apache_kafka import ApacheKafka
from filiere.embedded.ports import free_port
from filiere.kafka.client import KafkaConsumer, KafkaProducer, ensure_topics
from filiere.kafka.ports import Outgoing, Partition
from filiere.settings import Settings
from filiere.testing import engines
from filiere.testing.bank import BANK
from filiere.testing.bank_events import TOPIC

from tests.faults.bank_run import BankRun
from tests.faults.proxy import FaultProxy

pytestmark = pytest.mark.apache_kafka


@pytest.mark.own_broker
@pytest.mark.timeout(300)
async def test_each_of_three_brokers_dies_and_two_at_once_and_nothing_acknowledged_is_lost() -> None:
    """Replication 3, `min.insync.replicas` 2, acks from all in sync: the settings that are the default."""
    async with ApacheKafka(nodes=3, heap_mb=256) as kafka, BankRun(kafka) as run:
        worker = await run.worker()
        for node in kafka.nodes:
            await run.write(10, times=5)
            node.kill()
            await run.write(10, times=5)
            await run.settled(timeout=90)  # without it
            await kafka.start(node)

        first, second, _ = kafka.nodes
        first.kill()
        second.kill()
        await run.write(10, times=5)
        await asyncio.sleep(3)
        assert await run.waiting() == 50  # one copy is not enough: the outbox keeps them
        await kafka.start(first, second)
        await run.settled(timeout=90)
        assert worker.returncode is None


@pytest.mark.own_broker
async def test_a_broker_killed_under_load_goes_on_where_it_stopped() -> None:
    async with BankRun() as run:
        worker = await run.worker()
        writer = asyncio.create_task(_write_slowly(run))
        await asyncio.sleep(0.5)
        run.broker.kill()
        await run.broker.start()
        await writer
        await run.settled()
        assert worker.returncode is None


async def test_a_worker_frozen_past_its_session_is_thrown_out_and_doubles_nothing_when_it_wakes() -> None:
    async with BankRun() as run:
        await run.worker()  # the first one relays: a frozen relay would keep its lock
        frozen = await run.worker()
        await run.write(10, times=5)
        await run.settled()
        frozen.send_signal(signal.SIGSTOP)
        await run.write(10, times=5)
        await run.settled()  # after its session, 3 s, the other one has its partitions
        frozen.send_signal(signal.SIGCONT)

        writer = asyncio.create_task(_write_slowly(run))
        await asyncio.sleep(1)
        frozen.send_signal(signal.SIGSTOP)  # in the middle of its work this time
        await asyncio.sleep(5)
        frozen.send_signal(signal.SIGCONT)
        await writer
        await run.settled()
        assert frozen.returncode is None  # it joined again by itself, twice


async def test_a_worker_waits_for_the_topics_and_says_which() -> None:
    async with BankRun(topics=False) as run:
        port = free_port()
        await run.start_worker(port)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            said = await _check(client, "topics missing")
            assert "bank.accounts" in said
            assert "python -m filiere.kafka topics apply" in said
            assert (await client.get("/health/live")).is_success
            await ensure_topics(run.settings, BANK.topics)
            await _check(client, "takes events")
        await run.write(3)
        await run.settled()


async def _check(client: httpx.AsyncClient, wanted: str) -> str:
    """What readiness says of the broker, once it begins like this."""
    async with asyncio.timeout(60):
        while True:
            try:
                said = str((await client.get("/health/ready")).json()["checks"]["broker"]["observed"])
                if said.startswith(wanted):
                    return said
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


async def _write_slowly(run: BankRun) -> None:
    for _ in range(40):
        await run.write(10)
        await asyncio.sleep(0.05)


@pytest.mark.own_broker
async def test_what_is_sent_again_because_the_answer_was_lost_is_stored_once() -> None:
    async with (
        FaultProxy(0) as proxy,
        ApacheKafka(advertised=[proxy.port], heap_mb=256) as kafka,
    ):
        proxy.target = kafka.port
        settings = Settings(**engines.kafka_options(f"127.0.0.1:{proxy.port}"), kafka_timeout=timedelta(seconds=8))
        await ensure_topics(settings, BANK.topics)
        producer = KafkaProducer(settings)
        await producer.start()
        assert await producer.send(_events(0, 10)) == [None] * 10
        proxy.faults.drop_answers = True
        sending = asyncio.create_task(producer.send(_events(10, 60)))
        await asyncio.sleep(2)  # stored by now; the client waits for a word that never comes, then asks again
        proxy.faults.drop_answers = False
        assert await sending == [None] * 50
        await producer.stop()
        assert sorted(await _keys(settings)) == sorted(event.key.decode() for event in _events(0, 60))


def _events(first: int, end: int) -> list[Outgoing]:
    return [Outgoing(TOPIC, f"k{n:02}".encode(), b"{}", [], int(time.time() * 1000)) for n in range(first, end)]


async def _keys(settings: Settings) -> list[str]:
    """The keys of everything in the topic, as often as they are there."""
    consumer = KafkaConsumer(settings.model_copy(update={"kafka_consumer_groups": False}), "counter")
    await consumer.start([TOPIC], _forget)
    found: list[str] = []
    while records := await consumer.poll(set(), 2, 500):
        found += [record.key for each in records.values() for record in each]
    await consumer.stop()
    return found


async def _forget(_: set[Partition]) -> None:
    """Partitions are assigned by hand: they stay."""
