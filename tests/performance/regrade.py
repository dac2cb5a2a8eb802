"""A new rule set on a stock of 100,000 devices: how long the comparison and the re-grading take, beside a bare UPDATE
of the same rows; and the longest turn of the worker's event loop meanwhile.

Nearly every device has measures of its own, so that little is graded once for many.
"""

import asyncio
import os
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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

    `regrade_turn_ms`: the longest turn of the loop.
    """
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres")  # durable: commits wait for the disk
        await postgres.start()
        try:
            url = await postgres.create_database("refurbish")
            await asyncio.to_thread(migrations.upgrade, refurbish.migrations, url, refurbish.tables())
            bare = await _bare(url)
            database = Database(url)
            spare_the_collector()
            try:
                return await _measured(database, bare)
            finally:
                await database.dispose()
        finally:
            await postgres.stop()


async def _measured(database: Database, bare: float) -> dict[str, float]:
    async with database.unit_of_work() as session:
        await service.compare(session, RULES)
    compared, _ = await _timed(database)
    async with database.unit_of_work() as session:
        await service.switch_on(session, Principal("bench"), RULES, today())
    regraded, turn = await _timed(database)
    async with database.read() as session:
        driver = await session.driver()
        left = await driver.fetchval("SELECT count(*) FROM device WHERE ruleset <> $1 AND order_id IS NULL", RULES)
        events = await driver.fetchval("SELECT count(*) FROM outbox")
        grades = await driver.fetchval("SELECT count(*) FROM outbox WHERE type LIKE '%device-graded%'")
    assert left == 0, left
    say(f"  {DEVICES:,} devices compared in {compared:.1f} s, re-graded in {regraded:.1f} s")
    say(f"  {grades:,} have another grade, {events:,} events; longest turn {turn:.0f} ms; bare UPDATE {bare:.1f} s")
    return {
        "compare_s": compared, "regrade_s": regraded, "regrade_ratio": bare / regraded, "regrade_turn_ms": turn,
    }  # fmt: skip


async def _timed(database: Database) -> tuple[float, float]:
    """Seconds until no job is left, and the longest turn of the loop in milliseconds of CPU."""
    longest = 0.0
    over = asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        while not over.is_set():
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, (time.thread_time() - before) * 1000)

    watching = asyncio.create_task(watch())
    began = time.perf_counter()
    while await do_next(database, HANDLERS, asyncio.Event()):
        pass
    took = time.perf_counter() - began
    over.set()
    await watching
    return took, longest


async def _bare(url: str) -> float:
    """Fill the tables; seconds of the same UPDATE as one statement, undone afterwards."""
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
    began = time.perf_counter()
    await connection.execute("UPDATE device SET ruleset = 'pc_2026', grade = 'B' WHERE order_id IS NULL")
    took = time.perf_counter() - began
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
