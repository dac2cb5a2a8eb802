"""Relay, consumer and latency of the backbone beside the raw engine. Each figure is a median of three rounds."""

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
from filiere import outbox
from filiere.database import Database
from filiere.embedded.broker import EmbeddedBroker
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.events import Event
from filiere.kafka import Topic
from filiere.kafka.client import KafkaConsumer, KafkaProducer, ensure_topics
from filiere.kafka.processing import Processor
from filiere.kafka.runtime import ConsumerRuntime
from filiere.outbox.relay import Relay
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.bank import BANK, TOPIC, amounts
from pydantic import SecretStr

from tests.performance import raw, stock
from tests.performance.say import say

ROUNDS = 3
EVENTS = 30_000
BATCH = 1000


@dataclass
class Engines:
    postgres: EmbeddedPostgres
    broker: EmbeddedBroker

    @asynccontextmanager
    async def database(
        self, service: Service = BANK, topics: Sequence[Topic] = BANK.topics
    ) -> AsyncIterator[tuple[Database, Settings]]:
        """A fresh database of a service and fresh topics, so that rounds do not see each other."""
        name = f"bench_{uuid4().hex[:8]}"
        url = await self.postgres.create_database(name)
        settings = Settings(
            database_url=SecretStr(url),
            kafka_bootstrap_servers=self.broker.bootstrap_servers,
            kafka_topic_prefix=f"{name}.",
            outbox_batch=BATCH,
        )
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.run_sync(service.metadata.create_all)
        await ensure_topics(settings, topics)
        yield database, settings
        await database.dispose()
        await self.postgres.drop_database(name)


async def fill_outbox(database: Database, events: Sequence[Event]) -> None:
    for start in range(0, len(events), 5000):
        async with database.unit_of_work() as session:
            await outbox.append(session, events[start : start + 5000])
    connection = await asyncpg.connect(database.url)
    await connection.execute("VACUUM ANALYZE outbox")
    await connection.close()


async def drain(database: Database, settings: Settings, count: int) -> float:
    """Seconds that our relay takes to publish what waits."""
    relay = Relay(database, lambda: KafkaProducer(settings), BANK.name, settings)
    watch = await asyncpg.connect(database.url)
    start = time.perf_counter()
    task = asyncio.create_task(relay.run())
    while await watch.fetchval("SELECT EXISTS (SELECT 1 FROM outbox WHERE published_at IS NULL)"):
        await asyncio.sleep(0.01)
    took = time.perf_counter() - start
    relay.stop()
    await task
    await watch.close()
    return took


async def relay_round(engines: Engines) -> tuple[float, float]:
    """(ours, raw) events per second."""
    async with engines.database() as (database, settings):
        await fill_outbox(database, amounts(EVENTS))
        ours = EVENTS / await drain(database, settings, EVENTS)
    async with engines.database() as (database, settings):
        await fill_outbox(database, amounts(EVENTS))
        start = time.perf_counter()
        topic = settings.kafka_topic_prefix + TOPIC
        await raw.relay(database.url, settings.kafka_bootstrap_servers, topic, EVENTS, BATCH)
        theirs = EVENTS / (time.perf_counter() - start)
    return ours, theirs


async def consumer_round(engines: Engines) -> tuple[float, float]:
    """(ours, raw) events per second of the stock's projection, both reading the same records into the same tables."""
    async with engines.database(stock.CONSUMER, [stock.TOPIC]) as (database, settings):
        await fill_outbox(database, stock.ready_devices(EVENTS))
        await drain(database, settings, EVENTS)
        processor = Processor(database, stock.CONSUMER.name, stock.SUBSCRIPTIONS, settings)
        runtime = ConsumerRuntime(KafkaConsumer(settings, stock.CONSUMER.name), processor, settings)
        watch = await asyncpg.connect(database.url)
        start = time.perf_counter()
        task = asyncio.create_task(runtime.run())
        while await watch.fetchval(stock.APPLIED) < EVENTS:
            await asyncio.sleep(0.02)
        ours = EVENTS / (time.perf_counter() - start)
        runtime.stop()
        await task
        await watch.execute(stock.FORGET)
        await watch.close()
        start = time.perf_counter()
        topic, partitions = settings.kafka_topic_prefix + stock.TOPIC.name, stock.TOPIC.partitions
        await raw.consume(
            database.url, settings.kafka_bootstrap_servers, topic, partitions, EVENTS, settings.consumer_batch
        )
        theirs = EVENTS / (time.perf_counter() - start)
    return ours, theirs


async def latency(engines: Engines, count: int = 200, every_s: float = 0.05) -> list[float]:
    """Milliseconds from just before the producer's commit to the handler's commit, one event each 50 ms."""
    async with engines.database() as (database, settings):
        processor = Processor(database, BANK.name, BANK.subscriptions, settings)
        runtime = ConsumerRuntime(KafkaConsumer(settings, BANK.name), processor, settings)
        relay = Relay(database, lambda: KafkaProducer(settings), BANK.name, settings)
        applied: dict[str, float] = {}
        original = processor.apply

        async def timed(records, sleep=asyncio.sleep):  # type: ignore[no-untyped-def]
            await original(records, sleep)
            now = time.perf_counter()
            for record in records:
                applied.setdefault(record.key, now)

        processor.apply = timed  # type: ignore[method-assign]
        tasks = [asyncio.create_task(runtime.run()), asyncio.create_task(relay.run())]
        await asyncio.sleep(1)
        written: dict[str, float] = {}
        for event in amounts(count + 20, accounts=count + 20):
            written[event.account] = time.perf_counter()
            async with database.unit_of_work() as session:
                await outbox.append(session, [event])
            await asyncio.sleep(every_s)
        async with asyncio.timeout(20):
            while len(applied) < len(written):
                await asyncio.sleep(0.05)
        runtime.stop()
        relay.stop()
        await asyncio.gather(*tasks)
        warm = list(written)[20:]
        return [(applied[key] - written[key]) * 1000 for key in warm]


async def ratio(name: str, one: Callable[[Engines], Awaitable[tuple[float, float]]], engines: Engines) -> float:
    rounds = [await one(engines) for _ in range(ROUNDS)]
    for ours, theirs in rounds:
        say(f"{name}: {ours:9,.0f} events/s ours, {theirs:9,.0f} raw, ratio {ours / theirs:.2f}")
    return statistics.median(ours / theirs for ours, theirs in rounds)


async def measure() -> dict[str, float]:
    """The backbone's figures: ratios to the raw engine, latencies in milliseconds."""
    # As the worker process does, and for the raw engine alike.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres")  # durable: commits wait for the disk, as in production
        broker = EmbeddedBroker(log_file=Path(folder) / "broker.log")
        await postgres.start()
        await broker.start()
        try:
            engines = Engines(postgres, broker)
            figures = {
                "relay_ratio": await ratio("relay", relay_round, engines),
                "consumer_ratio": await ratio("consumer", consumer_round, engines),
            }
            times = sorted(await latency(engines))
        finally:
            await broker.stop()
            await postgres.stop()
    figures["latency_p50_ms"] = statistics.median(times)
    figures["latency_p99_ms"] = times[int(len(times) * 0.99)]
    return figures
