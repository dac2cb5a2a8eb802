"""`make bench ONLY=proposal`: what a large proposal that somebody opens costs whoever shares the event loop.

Twenty thousand lines are laid out and looked through over and over, as when something is sought in them, then only
those of a page, as whoever reads page after page asks for, while a neighbour asks to be woken at a fixed pace; how late
it is, beside how late it is alone, a moment before in the same run. The database is left
out: it has its own time to wait.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID, uuid5

from distribute.allocation.proposals.archive_cache import Opened
from distribute.allocation.proposals.decisions import Decision
from distribute.allocation.proposals.lines import Decided, lay_out, picked
from distribute.allocation.proposals.repository import RequestedLine
from distribute.engine import allocate
from distribute.engine.sentences import facts_of
from distribute.why import Computed
from filiere.garbage_collection import spare_the_collector

from tests.performance.allocation_run import POLICY, problem_of
from tests.performance.say import say

LINES = 20_000
ROUNDS = 10
EVERY_S = 0.05
WORK_S = 0.002
_NAMES = UUID(int=0)


def large() -> tuple[Decided, dict[UUID, RequestedLine]]:
    """A proposal of a nation, with what its lines ask for."""
    problem = problem_of(LINES)
    allocation, _ = allocate(problem, POLICY)
    ids = {one.line_id: uuid5(_NAMES, one.line_id) for one in allocation.lines}
    decisions = [
        Decision(ids[one.line_id], one.wanted, (), Computed(facts=facts_of(one.reason), decision=None))
        for one in allocation.lines
    ]
    for one in allocation.lines:
        object.__setattr__(one, "line_id", str(ids[one.line_id]))
    relais = {one.relais_id: uuid5(_NAMES, one.relais_id) for one in allocation.lines}
    requested = {
        UUID(one.line_id): RequestedLine(
            number, 1, ids_of_order(number), relais[one.relais_id], f"Relais {one.relais_id}", "48", "laptop", "C", [],
            [], False, date(2026, 12, 1), None,
        )
        for number, one in enumerate(allocation.lines)
    }  # fmt: skip
    return Decided.of(Opened(problem, POLICY, allocation), {}, decisions), requested


def ids_of_order(number: int) -> UUID:
    return uuid5(_NAMES, f"order {number}")


async def beside(work: Callable[[], Awaitable[object]] | None) -> list[float]:
    """Milliseconds that a neighbour's small piece of work took from when it was due, while the work is done."""
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

    done = asyncio.Event()
    asking = asyncio.create_task(pace(done))
    if work is None:
        await asyncio.sleep(2)
    else:
        for _ in range(ROUNDS):
            await work()
            # Whoever reads a page of it does not open the next one at once.
            await asyncio.sleep(0.2)
    done.set()
    await asking
    return took


async def measure() -> dict[str, float]:
    """Ratios to the same neighbour alone."""
    found, requested = large()
    spare_the_collector()  # as every service does

    async def opened() -> object:
        return picked(found, await lay_out(found, requested), "", "")

    shown = dict(list(requested.items())[:50])

    async def looked_at() -> object:
        return [one.out() for one in await lay_out(found, shown)]

    alone, ours = await beside(None), await beside(opened)
    again, page = await beside(None), await beside(looked_at)
    for name, took in (
        ("alone", alone), ("a proposal searched through", ours), ("alone", again), ("a page of it", page),
    ):  # fmt: skip
        say(f"{name}: p50 {statistics.median(took):.1f} ms, p99 {p99(took):.1f} ms, longest {max(took):.1f} ms")
    ratio, next_page = (
        statistics.median(ours) / statistics.median(alone),
        statistics.median(page) / statistics.median(again),
    )
    say(f"A neighbour waits {ratio:.2f} times as long as alone (median), {next_page:.2f} beside further pages.")
    return {
        "proposal_neighbour_ratio": ratio,
        "proposal_neighbour_p99_ms": p99(ours),
        "proposal_page_neighbour_ratio": next_page,
    }


def p99(took: list[float]) -> float:
    return sorted(took)[int(0.99 * (len(took) - 1))]
