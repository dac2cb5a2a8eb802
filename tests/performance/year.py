"""One million devices a year, and a ConnexionD'Urgence month, on this machine: what they ask and what it carries.

The year: 250 days of 7 hours. The month: 25 000 people by 1 000 structures in 20 such days. The busiest hour is taken
as four times the year's mean, ten times the month's (an assumption, no network has published its own).
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import httpx
from distribute.definition import service as distribute
from filiere.embedded.apache_kafka import why_not
from filiere.embedded.broker import EmbeddedBroker
from filiere.embedded.identity import EmbeddedIdentity
from filiere.embedded.postgres import EmbeddedPostgres
from stack.demo import organisations

from tests.faults.arena import Arena, arena
from tests.faults.history import History, Operation
from tests.faults.workload import Load, Workload
from tests.performance.growth import FILL, filled
from tests.performance.processes import cpu_s
from tests.performance.say import say

HOURS = 7
YEAR_PER_S = 1_000_000 / (250 * HOURS * 3600) * 4
MONTH_PER_S = 25_000 / (20 * HOURS * 3600) * 10
SECONDS = 60
STRUCTURES = 1_000
FREE_DEVICES = 25_000
# Detours are the storm's: what a life costs is to be said of the same life next year.
TOP = Load.plain(donors=8, orders=6, rate=1_000.0, devices=(4, 8), cancelled=0.05)


@dataclass
class Played:
    """What a stretch of whole lives gave."""

    ready_per_s: float
    handed_over_per_s: float
    operations_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms: dict[str, float]  # per device made ready


async def measure() -> dict[str, float]:
    """`year_*`, `month_*`: shares of what one node carries; `morning_*`: seconds of a campaign's first orders."""
    top = await lives(TOP)
    costs = ", ".join(f"{part} {cost:.0f}" for part, cost in top.cpu_ms.items())
    say(
        f"whole lives at top speed: {top.ready_per_s:.1f} devices ready/s, {top.handed_over_per_s:.1f} handed over/s, "
        f"{top.operations_per_s:.0f} operations/s, p50 {top.p50_ms:.0f} ms, p99 {top.p99_ms:.0f} ms, "
        f"CPU ms per ready device: {costs}"
    )
    busiest = max(YEAR_PER_S, MONTH_PER_S)
    paced = await lives(replace(TOP, cancelled=0.2, rate=top.operations_per_s / top.ready_per_s * busiest))
    say(
        f"at the busiest hour of the year ({busiest:.2f} devices/s asked, {paced.ready_per_s:.2f} played): "
        f"p50 {paced.p50_ms:.0f} ms, p99 {paced.p99_ms:.0f} ms"
    )
    return {
        "year_devices_per_s": top.ready_per_s,
        "year_cpu_ms_per_device": sum(top.cpu_ms.values()),
        "year_busiest_hour_share": YEAR_PER_S / top.ready_per_s,
        "month_busiest_hour_share": MONTH_PER_S / top.ready_per_s,
        "busiest_hour_p50_ms": paced.p50_ms,
        "busiest_hour_p99_ms": paced.p99_ms,
        **await morning(),
    }


async def lives(load: Load) -> Played:
    """Whole lives for a minute, on Apache Kafka where there is one."""
    infra = "embedded" if why_not() else "kafka"
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with arena(folder, infra) as (place, chain):
            there = await organisations.register(chain)
            history = History(folder / "history.jsonl")
            workload = Workload(place.stack.settings.public_url, place.stack.token, there, history, load, seed=1)
            before, began = cpu_by_part(place), time.perf_counter()
            async with workload.running():
                await asyncio.sleep(SECONDS)
            took, after = time.perf_counter() - began, cpu_by_part(place)
            history.close()
    times = sorted(durations(history.operations))
    ready = workload.counts.ready
    return Played(
        ready / took,
        workload.counts.handed_over / took,
        len(times) / took,
        statistics.median(times),
        times[len(times) * 99 // 100],
        {part: (after[part] - before[part]) * 1000 / ready for part in after},
    )


def cpu_by_part(place: Arena) -> dict[str, float]:
    parts: dict[str, float] = {}
    for part, pid in {**place.stack.pids, **{name: place.pid(name) for name in place.brokers}}.items():
        if part == "nursery":  # its children are the api and worker processes
            continue
        kind = part.partition("-")[2] if part.endswith(("-api", "-worker")) else part
        parts[kind] = parts.get(kind, 0.0) + (cpu_s([pid]) if pid is not None else 0.0)
    return parts


def durations(operations: Iterable[Operation]) -> list[float]:
    """Milliseconds of each acknowledged operation."""
    return [(one.ended - one.began) * 1000 for one in operations if one.outcome == "ok" and one.ended is not None]


async def morning() -> dict[str, float]:
    """A thousand structures order 25 devices each, sixteen at a time; then one allocation serves them."""
    relais, agreement, _ = FILL["distribute"]
    FILL["campaign"] = (
        relais.replace("0, 299", f"0, {STRUCTURES - 1}"),
        agreement,
        """INSERT INTO stock_item (device_id, donation_id, lot_id, workshop_id, workshop_name, label, category, grade,
            public_body, status, ready_at)
        SELECT md5('device' || n)::uuid, md5('donation' || n / 100)::uuid, md5('lot' || n / 100)::uuid,
            md5('workshop')::uuid, 'Atelier', label, 'smartphone', 'B', false, 'available', now() FROM seed""",
    )
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres")
        broker = EmbeddedBroker(log_file=Path(folder) / "broker.log")
        identity = EmbeddedIdentity(people=[], data_dir=Path(folder) / "identity")
        await asyncio.gather(postgres.start(), broker.start(), identity.start())
        try:
            async with filled(postgres, broker, identity, distribute, FREE_DEVICES, rows="campaign") as one:
                connection = await asyncpg.connect(one.database.url)
                structures = [str(row["id"]) for row in await connection.fetch("SELECT id FROM relais ORDER BY id")]
                await connection.close()
                start = time.perf_counter()
                await asyncio.gather(*(ordering(one.api, structures[n::16]) for n in range(16)))
                ordered_s = time.perf_counter() - start
                start = time.perf_counter()
                answer = await one.api.post("/api/v1/allocations", timeout=300)
                answer.raise_for_status()
                allocated_s = time.perf_counter() - start
        finally:
            await asyncio.gather(identity.stop(), broker.stop(), postgres.stop())
    allocated = answer.json()["allocated"]
    say(
        f"a campaign's morning: {STRUCTURES} orders placed and approved in {ordered_s:.1f} s, "
        f"{allocated:,} devices allocated in {allocated_s:.1f} s"
    )
    return {"morning_orders_s": ordered_s, "morning_allocation_s": allocated_s}


async def ordering(api: httpx.AsyncClient, structures: list[str]) -> None:
    for relais in structures:
        line = {"category": "smartphone", "quantity": FREE_DEVICES // STRUCTURES, "min_grade": "C", "confirmed": True}
        order = await api.post("/api/v1/orders", json={"relais_id": relais, "lines": [line]})
        order.raise_for_status()
        (await api.post(f"/api/v1/orders/{order.json()['id']}/approve")).raise_for_status()
