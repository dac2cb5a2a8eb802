"""Relay, consumer and latency of the backbone beside the raw engine. Each figure is a median of three rounds."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
from filiere import outbox
from filiere.embedded.broker import EmbeddedBroker
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.garbage_collection import spare_the_collector
from filiere.kafka.client import KafkaConsumer, KafkaProducer
from filiere.kafka.processing import Processor
from filiere.kafka.runtime import ConsumerRuntime
from filiere.outbox.relay import Relay
from filiere.testing.bank import BANK, PARTITIONS, amounts
from filiere.testing.bank_events import TOPIC

from tests.performance import raw, stock
from tests.performance.engines import BATCH, Engines, drain, fill_outbox
from tests.performance.say import say

ROUNDS = 3
EVENTS = 30_000


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
        topic, partitions = settings.kafka_topic_prefix + stock.TOPIC.name, range(stock.TOPIC.partitions)
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

        async def timed(records, sleep=asyncio.sleep) -> None:  # type: ignore[no-untyped-def]
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


async def floor(engines: Engines, count: int = 100) -> list[float]:
    """The same milliseconds when a bare script takes the steps one by one, waiting for nobody."""
    async with engines.database() as (database, settings):
        events = amounts(count + 20, accounts=count + 20)
        topic = settings.kafka_topic_prefix + TOPIC
        times = await raw.one_by_one(database.url, settings.kafka_bootstrap_servers, topic, range(PARTITIONS), events)
        return times[20:]


async def ratio(name: str, one: Callable[[Engines], Awaitable[tuple[float, float]]], engines: Engines) -> float:
    rounds = [await one(engines) for _ in range(ROUNDS)]
    for ours, theirs in rounds:
        say(f"{name}: {ours:9,.0f} events/s ours, {theirs:9,.0f} raw, ratio {ours / theirs:.2f}")
    return statistics.median(ours / theirs for ours, theirs in rounds)


async def measure() -> dict[str, float]:
    """The backbone's figures: ratios to the raw engine, latencies in milliseconds."""
    spare_the_collector()  # as the worker process does; the raw engine in this process gains as well
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres")  # durable: commits wait for the disk, as in production
        broker = EmbeddedBroker(log_file=Path(folder) / "broker.log")
        await postgres.start()
        await broker.start()
        try:
            engines = Engines(postgres, broker.bootstrap_servers)
            figures = {
                "relay_ratio": await ratio("relay", relay_round, engines),
                "consumer_ratio": await ratio("consumer", consumer_round, engines),
            }
            least = statistics.median(await floor(engines))
            times = sorted(await latency(engines))
        finally:
            await broker.stop()
            await postgres.stop()
    figures["latency_floor_ms"] = least
    figures["latency_p50_ms"] = statistics.median(times)
    figures["latency_p99_ms"] = times[int(len(times) * 0.99)]
    figures["latency_ratio"] = figures["latency_p50_ms"] / least
    say(
        f"latency: p50 {figures['latency_p50_ms']:.1f} ms, p99 {figures['latency_p99_ms']:.1f} ms, floor {least:.1f} ms"
    )
    return figures
