"""On a real Apache Kafka: relay and consumer beside the raw engine, then the whole way with 1, 2 and 4 workers."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import httpx
from filiere.embedded.apache_kafka import ApacheKafka, why_not
from filiere.embedded.ports import free_ports
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.garbage_collection import spare_the_collector
from filiere.settings import KafkaProfile, Settings

from tests.performance import stock
from tests.performance.backbone import consumer_round, ratio, relay_round
from tests.performance.engines import BATCH, Engines, fill_outbox
from tests.performance.processes import cpu_s, peak_mb
from tests.performance.say import say

EVENTS = 60_000
WARM_UP = 2_000
WORKERS = (1, 2, 4)
KEPT = """
SELECT (pg_total_relation_size('outbox') + pg_total_relation_size('inbox'))::float / (SELECT count(*) FROM outbox)
"""
TOPIC = replace(stock.TOPIC, partitions=12)


@dataclass
class Run:
    """One way through: events per second, what an event cost, and the memory of the largest process."""

    per_second: float
    cpu_ms: dict[str, float]  # per event, of our processes, of PostgreSQL, of the broker
    wal_bytes: float
    topic_bytes: float
    kept_bytes: float  # in outbox and inbox, indexes included
    peak_mb: float


async def measure() -> dict[str, float]:
    """Ratios to the raw engine on Apache Kafka, and the gain from more workers (1.0 is that of one)."""
    if reason := why_not():
        say(f"!!! APACHE KAFKA IS NOT MEASURED: {reason}")
        return {}
    spare_the_collector()  # as the worker process does; the raw engine in this process gains as well
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres")
        await postgres.start()
        try:
            async with ApacheKafka(Path(folder) / "kafka", quick=False, heap_mb=512) as kafka:
                engines = Engines(postgres, kafka.bootstrap_servers, KafkaProfile.KAFKA)
                await relay_round(engines)  # the JVM compiles its hot paths in the first minute
                figures = {
                    "kafka_relay_ratio": await ratio("relay on Apache Kafka", relay_round, engines),
                    "kafka_consumer_ratio": await ratio("consumer on Apache Kafka", consumer_round, engines),
                }
                servers = {"PostgreSQL": postgres.child.pid, "Kafka": kafka.child.pid}
                figures |= await scaling(engines, servers, Path(folder))
        finally:
            await postgres.stop()
    return figures


async def scaling(engines: Engines, servers: dict[str, int], folder: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    first: dict[str, float] = {}
    for workers in WORKERS:
        runs = {name: await through(engines, servers, folder, workers, name) for name in ("ours", "raw")}
        for name, run in runs.items():
            first.setdefault(name, run.per_second)
            costs = ", ".join(f"{part} {cost:.3f}" for part, cost in run.cpu_ms.items())
            say(
                f"{workers} worker(s), {name}: {run.per_second:7,.0f} events/s (x{run.per_second / first[name]:.2f}), "
                f"CPU ms/event: {costs}, bytes/event: WAL {run.wal_bytes:,.0f}, "
                f"topic {run.topic_bytes:,.0f}, outbox and inbox {run.kept_bytes:,.0f}; "
                f"largest process {run.peak_mb:.0f} MB"
            )
        ours = runs["ours"]
        figures[f"kafka_{workers}_workers_events_s"] = round(ours.per_second)
        figures[f"kafka_{workers}_workers_ratio"] = ours.per_second / runs["raw"].per_second
        figures[f"kafka_{workers}_workers_cpu_ms"] = sum(ours.cpu_ms.values())
        figures[f"kafka_{workers}_workers_mb"] = ours.peak_mb
    return figures


async def through(engines: Engines, servers: dict[str, int], folder: Path, workers: int, name: str) -> Run:
    """From the commit of `EVENTS` events in the outbox until all of them are stock."""
    async with engines.database(stock.CONSUMER, [TOPIC, *stock.CONSUMER.topics]) as (database, settings):
        commands = ours(settings, workers) if name == "ours" else raw(settings, workers)
        watch = await asyncpg.connect(database.url)
        with processes(commands, folder / f"{name}.log") as pids:
            await until_ready(commands)
            await fill_outbox(database, stock.ready_devices(WARM_UP, start=EVENTS + 1))
            await until_applied(watch, WARM_UP)
            before = {part: cpu_s([pid]) for part, pid in servers.items()} | {"processes": cpu_s(pids)}
            lsn = await watch.fetchval("SELECT pg_current_wal_lsn()")
            await fill_outbox(database, stock.ready_devices(EVENTS))
            start = time.perf_counter()
            await until_applied(watch, EVENTS + WARM_UP)
            took = time.perf_counter() - start
            after = {part: cpu_s([pid]) for part, pid in servers.items()} | {"processes": cpu_s(pids)}
            written = await watch.fetchval("SELECT pg_current_wal_lsn() - $1::pg_lsn", lsn)
            kept = await watch.fetchval(KEPT)
            memory = max(peak_mb(pid) for pid in pids)
        files = (folder / "kafka").glob(f"node-*/data/{settings.kafka_topic_prefix}{TOPIC.name}-*/*.log")
        stored = sum(file.stat().st_size for file in files)
        await watch.close()
    cpu_ms = {part: (after[part] - before[part]) * 1000 / EVENTS for part in after}
    return Run(EVENTS / took, cpu_ms, float(written) / EVENTS, stored / (EVENTS + WARM_UP), kept, memory)


@dataclass
class Command:
    """A process to start, and the port of its readiness probe if it has one."""

    arguments: list[str]
    environment: dict[str, str]
    probe: int | None = None


def ours(settings: Settings, workers: int) -> list[Command]:
    """Workers of distribute; one of them sends too."""
    common = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "KAFKA_PROFILE": settings.kafka_profile.value,
        "KAFKA_TOPIC_PREFIX": settings.kafka_topic_prefix,
        "KAFKA_REPLICATION_FACTOR": "1",
        "OUTBOX_BATCH": str(BATCH),
    }
    return [
        Command(["distribute", "worker"], {**common, "WORKER_PORT": str(port)}, port) for port in free_ports(workers)
    ]


def raw(settings: Settings, workers: int) -> list[Command]:
    """As many raw consumers, and one raw relay beside them."""
    common = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "TOPIC": settings.kafka_topic_prefix + TOPIC.name,
        "BATCH": str(settings.consumer_batch),
    }
    module = "tests.performance.raw_worker"
    consumers = [
        Command([module, "consume", f"{number}/{workers}/{TOPIC.partitions}"], common) for number in range(workers)
    ]
    return [*consumers, Command([module, "relay", ""], {**common, "BATCH": str(BATCH)})]


@contextmanager
def processes(commands: Sequence[Command], log: Path) -> Iterator[list[int]]:
    with log.open("ab") as output:
        started = [
            subprocess.Popen(
                [sys.executable, "-m", *one.arguments],
                env={**os.environ, **one.environment},
                stdout=output,
                stderr=output,
            )
            for one in commands
        ]
        try:
            yield [process.pid for process in started]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)


async def until_ready(commands: Sequence[Command]) -> None:
    """All probes say ready; then a moment for the group to share the partitions out."""
    async with httpx.AsyncClient() as client, asyncio.timeout(60):
        for command in commands:
            while command.probe is not None:
                try:
                    if (await client.get(f"http://127.0.0.1:{command.probe}/health/ready")).is_success:
                        break
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.2)
    await asyncio.sleep(3)


async def until_applied(watch: "asyncpg.Connection[asyncpg.Record]", count: int) -> None:
    async with asyncio.timeout(300):
        while await watch.fetchval(stock.APPLIED) < count:
            await asyncio.sleep(0.02)
