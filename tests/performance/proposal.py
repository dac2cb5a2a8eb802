"""`make bench ONLY=proposal`: what a large proposal that somebody opens costs whoever shares the event loop.

Twenty thousand lines of three thousand Relais, 54,000 devices, on a real database: computed as a worker does, then a
page of it is asked for over and over, of all lines, searched, sorted and filtered, and whether it still holds, while a
neighbour asks to be woken at a fixed pace: how late it is, beside how late it is alone, a moment before in the same
run.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from distribute.allocation.apply import still
from distribute.allocation.proposals import service
from distribute.allocation.proposals.computing import compute
from distribute.allocation.proposals.lines import Look, decided, part_of, plan_of
from distribute.definition import service as distribute
from filiere.calendar import today
from filiere.database import Database, Part
from filiere.database.migrations import create_all
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.garbage_collection import spare_the_collector
from filiere.testing.sql import rows

from tests.performance.say import say

LINES, RELAIS, DEVICES = 20_000, 3_000, 54_000
ROUNDS = 20
EVERY_S = 0.05
WORK_S = 0.002
_PAGE = Part(50)
_KINDS = "(ARRAY['laptop', 'laptop', 'laptop', 'smartphone', 'smartphone', 'desktop', 'tablet', 'monitor'])"
_FILL = (
    f"""INSERT INTO relais (id, name, legal_form, address, postcode, city, territory, publics, people_supported,
        may_sell, requested_on)
    SELECT md5('relais' || n)::uuid, 'Relais ' || n, 'association', '1 rue Haute', '15100', 'Saint-Flour', '15',
        '{{}}', 20 + n % 900, true, '2026-01-01' FROM generate_series(1, {RELAIS}) AS n""",
    """INSERT INTO agreement (relais_id, id, signed_on, signed_by)
    SELECT id, gen_random_uuid(), '2026-01-01', 'Le président' FROM relais""",
    f"""INSERT INTO relais_order (relais_id, id, status, placed_at, approved_at)
    SELECT md5('relais' || 1 + n * 7 % {RELAIS})::uuid, md5('order' || n)::uuid, 'approved',
        now() - n * interval '1 minute', now() FROM generate_series(1, {LINES}) AS n""",
    f"""INSERT INTO order_line (relais_id, id, order_id, position, category, quantity, min_grade, publics, substitutes,
        price_list, priced_on, price_min_cents, price_max_cents, ceiling_cents, prices)
    SELECT md5('relais' || 1 + n * 7 % {RELAIS})::uuid, md5('line' || n)::uuid, md5('order' || n)::uuid, 1,
        {_KINDS}[n % 8 + 1], 1 + n * 13 % 9, (ARRAY['B', 'C', 'D'])[n % 3 + 1], '{{}}', '{{}}', 'bench', '2026-01-01',
        0, 0, 0, '[]' FROM generate_series(1, {LINES}) AS n""",
    f"""INSERT INTO stock_item (device_id, donation_id, lot_id, workshop_id, workshop_name, workshop_territory, label,
        category, grade, cosmetic, public_body, status, ready_at)
    SELECT md5('device' || n)::uuid, md5('d' || n / 100)::uuid, md5('l' || n / 100)::uuid, md5('w' || n % 12)::uuid,
        'Atelier', '59', 'FX-' || n, {_KINDS}[n % 8 + 1], (ARRAY['A', 'B', 'C', 'D'])[n % 4 + 1],
        (ARRAY['A', 'B', 'C'])[n % 3 + 1], n % 5 = 0, 'available', now() - n * interval '1 minute'
    FROM generate_series(1, {DEVICES}) AS n""",
    "ANALYZE",
)


@asynccontextmanager
async def proposal() -> AsyncIterator[tuple[Database, UUID]]:
    """A proposal of a nation, computed from what its database holds."""
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        await postgres.start()
        try:
            url = await postgres.create_database("bench")
            database = Database(url)
            await rows(database, "CREATE EXTENSION IF NOT EXISTS pg_trgm")  # as the migrations do
            await create_all(url, distribute.tables())
            for statement in _FILL:
                await rows(database, statement)
            async with database.read() as session:
                problem, policy = await service.take_snapshot(session, today())
            computed = await asyncio.to_thread(compute, problem, policy)
            async with database.unit_of_work() as session:
                proposal_id = await service.keep(session, computed, "bench")
            yield database, proposal_id
            await database.dispose()
        finally:
            await postgres.stop()


def looks(database: Database, proposal_id: UUID) -> Mapping[str, Callable[[], Awaitable[object]]]:
    """What somebody does with it, by name."""

    def at(look: Look, part: Part = _PAGE) -> Callable[[], Awaitable[object]]:
        async def look_at() -> object:
            async with database.read() as session:
                lines, _ = await part_of(session, proposal_id, await decided(session, proposal_id), look, part)
            return [one.out() for one in lines]

        return look_at

    async def holds() -> object:
        async with database.read() as session:
            return await still(session, await plan_of(await decided(session, proposal_id)))

    return {
        "page": at(Look(), Part(50, 5_000)),
        "search": at(Look(q="relais 12")),
        "search_all": at(Look(q="r", only="short")),
        "sort_relais": at(Look(sort="-relais")),
        "sort_given": at(Look(sort="-given")),
        "still": holds,
    }


async def beside(work: Callable[[], Awaitable[object]] | None) -> tuple[list[float], float]:
    """Milliseconds that a neighbour's small piece of work took from when it was due, while the work is done, and those
    of CPU of this process that each work took."""
    took: list[float] = []

    async def ask(due: float) -> None:
        end = time.perf_counter() + WORK_S
        while time.perf_counter() < end:
            pass
        took.append((time.perf_counter() - due) * 1000)

    async def pace(until: asyncio.Event) -> None:
        due = time.perf_counter()
        while not until.is_set():
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            await ask(due)
            due += EVERY_S

    done, used = asyncio.Event(), 0.0
    asking = asyncio.create_task(pace(done))
    if work is None:
        await asyncio.sleep(2)
    else:
        for _ in range(ROUNDS):
            began = time.process_time()
            await work()
            used += time.process_time() - began
            # Whoever reads a page of it does not open the next one at once.
            await asyncio.sleep(0.05)
    done.set()
    await asking
    return took, used * 1000 / ROUNDS


async def measure() -> dict[str, float]:
    """Ratios to the same neighbour alone, by what is done beside."""
    figures: dict[str, float] = {}
    async with proposal() as (database, proposal_id):
        spare_the_collector()  # as every service does
        for name, work in looks(database, proposal_id).items():
            await work()  # what is kept after the first look
            alone, _ = await beside(None)
            took, cpu = await beside(work)
            began = time.perf_counter()
            await work()
            lasts = (time.perf_counter() - began) * 1000
            ratio = statistics.median(took) / statistics.median(alone)
            say(
                f"{name:12} a neighbour waits {ratio:.2f} times as long as alone (p99 {p99(took):.1f} ms beside"
                f" {p99(alone):.1f}); a look lasts {lasts:.0f} ms, {cpu:.1f} of CPU here"
            )
            figures[f"proposal_{name}_neighbour_ratio"] = ratio
            figures[f"proposal_{name}_cpu_ms"] = cpu
    return figures


def p99(took: list[float]) -> float:
    return sorted(took)[int(0.99 * (len(took) - 1))]
