"""A new rule set on a stock of 100,000 devices: how long the comparison and the re-grading take, beside a bare UPDATE
of the same rows; and the longest turn of the worker's event loop meanwhile.

Nearly every device has measures of its own, so that little is graded once for many.
"""

import asyncio
import os
import random
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from filiere.calendar import today
from filiere.catalogue.categories import Category
from filiere.catalogue.grading import DeviceFacts, grade_by
from filiere.database import Database, migrations
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.garbage_collection import spare_the_collector
from filiere.identifiers import label_code, uuid7
from filiere.jobs.running import do_next
from filiere.web import Principal
from refurbish.definition import service as refurbish
from refurbish.grading.repository import facts_key, kept
from refurbish.jobs import HANDLERS
from refurbish.regrading import service

from tests.performance.processes import descendants, own_cpu_s
from tests.performance.say import say

DEVICES = int(os.environ.get("REGRADE_DEVICES", "100000"))
RULES = "pc_2026"
WORKSHOP, LOT = uuid7(), uuid7()
AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
_DEVICE = (
    "workshop_id", "id", "lot_id", "donation_id", "label", "category", "manufacturer", "model", "serial", "public_body",
    "stage", "custody", "order_id", "no_storage", "tests_passed", "ruleset", "grade", "cosmetic", "battery", "reasons",
    "arrived_at", "tested_at", "graded_at",
)  # fmt: skip


async def measure() -> dict[str, float]:
    """`regrade_s`, `compare_s`: seconds for 100,000 devices; `regrade_ratio`: devices a second, of the bare UPDATE's.

    `regrade_turn_ms`: the longest turn of the loop. `…_cpu_s`: what it takes on a machine that has nothing else to do:
    of the worker with the processes that it starts, and of PostgreSQL, whose share of a bare UPDATE is
    `bare_database_cpu_s`.
    """
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres")  # durable: commits wait for the disk
        await postgres.start()
        try:
            url = await postgres.create_database("refurbish")
            await asyncio.to_thread(migrations.upgrade, refurbish.migrations, url, refurbish.tables())
            # In a process of its own: what is left of a hundred thousand devices in this one's memory would be copied
            # by each process that the job starts, and that is no worker's.
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
                bare = await asyncio.get_running_loop().run_in_executor(apart, _filled, url, postgres.pid)
            database = Database(url)
            spare_the_collector()
            try:
                return await _measured(database, postgres.pid, bare)
            finally:
                await database.dispose()
        finally:
            await postgres.stop()


class Cost(NamedTuple):
    """`own`, `database`: seconds of CPU. `turn`: of the loop's thread, in milliseconds, the longest."""

    seconds: float
    own: float
    database: float
    turn: float = 0.0


async def _measured(database: Database, postgres: int | None, bare: Cost) -> dict[str, float]:
    async with database.unit_of_work() as session:
        await service.compare(session, RULES)
    compared = await _timed(database, postgres)
    async with database.unit_of_work() as session:
        await service.switch_on(session, Principal("bench"), RULES, today())
    regraded = await _timed(database, postgres)
    async with database.read() as session:
        driver = await session.driver()
        left = await driver.fetchval("SELECT count(*) FROM device WHERE ruleset <> $1 AND order_id IS NULL", RULES)
        events = await driver.fetchval("SELECT count(*) FROM outbox")
        grades = await driver.fetchval("SELECT count(*) FROM outbox WHERE type LIKE '%device-graded%'")
    assert left == 0, left
    say(f"  {DEVICES:,} devices compared in {compared.seconds:.1f} s, re-graded in {regraded.seconds:.1f} s")
    say(f"  CPU: {regraded.own:.1f} s of the worker and {regraded.database:.1f} s of the database")
    say(f"  {grades:,} have another grade, {events:,} events; longest turn {regraded.turn:.0f} ms")
    say(f"  bare UPDATE {bare.seconds:.1f} s, {bare.database:.1f} s of CPU")
    return {
        "compare_s": compared.seconds, "regrade_s": regraded.seconds,
        "regrade_ratio": bare.seconds / regraded.seconds, "regrade_turn_ms": regraded.turn,
        "regrade_own_cpu_s": regraded.own, "regrade_database_cpu_s": regraded.database,
        "bare_database_cpu_s": bare.database,
    }  # fmt: skip


async def _timed(database: Database, postgres: int | None) -> Cost:
    """Until no job is left. The longest turn is seen by a look each millisecond, which says one too many at most: to
    look at every turn would take one of the machine's cores, and the job has to do with what is left.
    """
    longest = 0.0
    over = asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        while not over.is_set():
            before = time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, (time.thread_time() - before) * 1000)

    watching = asyncio.create_task(watch())
    began, own, of_database = time.perf_counter(), own_cpu_s(os.getpid()), _cpu_of(postgres)
    while await do_next(database, HANDLERS, asyncio.Event()):
        pass
    took = time.perf_counter() - began
    over.set()
    await watching
    return Cost(took, own_cpu_s(os.getpid()) - own, _cpu_of(postgres) - of_database, longest)


def _cpu_of(postgres: int | None) -> float:
    assert postgres is not None
    return sum(own_cpu_s(pid) for pid, _ in descendants(postgres))


def _filled(url: str, postgres: int | None) -> Cost:
    return asyncio.run(_bare(url, postgres))


async def _bare(url: str, postgres: int | None) -> Cost:
    """Fill the tables; what the same UPDATE costs as one statement, undone afterwards."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "INSERT INTO workshop (id, name, city, postcode, capacity, competences, created_at)"
        " VALUES ($1, 'Atelier de Lens', 'Lens', '62300', '{}', '{}', $2)",
        *(WORKSHOP, AT),
    )
    await connection.execute("INSERT INTO lot (workshop_id, id, surplus) VALUES ($1, $2, '{}')", WORKSHOP, LOT)
    chance = random.Random(2026)
    devices, facts = [], []
    for n in range(DEVICES):
        device, known = uuid7(), _facts(chance)
        grading = grade_by("pc_2025", Category.LAPTOP, known)
        promised = uuid7() if chance.random() < 0.1 else None
        stage = "ready" if promised or chance.random() < 0.5 else "graded"
        devices.append(
            (WORKSHOP, device, LOT, LOT, label_code(n + 1), "laptop", "HP", "EliteBook 840 G5", f"5CG{n:07d}", False,
             stage, "workshop", promised, True, True, "pc_2025", grading.grade, "B", "good", grading.sentences,
             AT, AT, AT)
        )  # fmt: skip
        said = kept(known)
        facts.append((device, said, facts_key(Category.LAPTOP, said)))
    await connection.copy_records_to_table("device", records=devices, columns=list(_DEVICE))
    await connection.execute(
        "INSERT INTO device_grading (workshop_id, device_id, facts, facts_key)"
        " SELECT $1, u.id, u.facts::jsonb, u.key FROM unnest($2::uuid[], $3::text[], $4::uuid[]) AS u(id, facts, key)",
        *(WORKSHOP, *(list(column) for column in zip(*facts, strict=True))),
    )
    await connection.execute("VACUUM ANALYZE")
    transaction = connection.transaction()
    await transaction.start()
    began, of_database = time.perf_counter(), _cpu_of(postgres)
    await connection.execute("UPDATE device SET ruleset = 'pc_2026', grade = 'B' WHERE order_id IS NULL")
    took = Cost(time.perf_counter() - began, 0.0, _cpu_of(postgres) - of_database)
    await transaction.rollback()
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return took


def _facts(chance: random.Random) -> DeviceFacts:
    said: dict[str, Any] = {
        "ram_gb": chance.choice([4, 8, 8, 16, 32]),
        "storage": [{"kind": chance.choice(["ssd", "ssd", "nvme", "hdd"]), "size_gb": chance.randint(120, 1100)}],
        "cpu_mark": chance.randint(1500, 12_000),
        "cosmetic": chance.choice("ABCD"),
    }
    return DeviceFacts.model_validate(said)
