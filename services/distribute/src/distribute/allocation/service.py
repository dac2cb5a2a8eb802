"""Run, simulate and undo allocation."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.telemetry.metrics import allocation_seconds, timed
from filiere.web import Principal

from distribute.allocation.errors import NothingToUndo, RunInProgress, RunNotFound
from distribute.allocation.events import DeviceReserved
from distribute.allocation.models import RunStatus
from distribute.allocation.plan import METHOD, LinePlan, oldest_first
from distribute.allocation.release import release
from distribute.allocation.repository import SHOWN, AllocationRepository, Reserved
from distribute.allocation.schemas import ResultOut, RunOut
from distribute.demand.service import refresh
from distribute.orders.events import AllocatedLine, OrderAllocated
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import reference
from distribute.orders.stages import restate

# A big run makes a hundred thousand events: written a slice at a time, to bound memory.
EVENTS_AT_ONCE = 5_000
TAKEN_MEANWHILE = "Un équipement a été retiré pendant l'attribution ; la prochaine le remplacera."


@timed(allocation_seconds, "run")
async def run(session: AsyncSession, principal: Principal) -> RunOut:
    """Serve all open orders from the free devices. Raises RunInProgress while another run works."""
    started = time.monotonic()
    repository = AllocationRepository.from_session(session)
    if not await repository.try_lock():
        raise RunInProgress
    await repository.lock_open_orders()
    plans = await _plan(repository)
    run_id = await repository.start(plans, principal.subject)
    takes = [take for plan in plans for take in plan.takes]
    reserved = await repository.reserve(run_id, takes) if takes else []
    got = Counter(one.line_id for one in reserved)
    await repository.keep_results(
        run_id,
        [
            (
                plan.line.line_id,
                plan.line.short,
                got[plan.line.line_id],
                plan.reason if got[plan.line.line_id] == plan.given else TAKEN_MEANWHILE,
            )
            for plan in plans
        ],
    )
    orders = sorted({one.order_id for one in reserved})
    await restate(session, orders)
    await _tell(session, repository, reserved, orders)
    await refresh(session, orders)
    await repository.finish(run_id, len(reserved), time.monotonic() - started)
    return await get(session, run_id)


@timed(allocation_seconds, "simulation")
async def simulate(session: AsyncReadSession | AsyncSession) -> RunOut:
    """What a run would do now; nothing is kept."""
    started = time.monotonic()
    repository = AllocationRepository.from_session(session)
    plans = await _plan(repository)
    shown = plans[:SHOWN]
    names = await repository.names([plan.line.line_id for plan in shown])
    return RunOut(
        id=None,
        number=None,
        status=None,
        method=METHOD,
        lines=len(plans),
        requested=sum(plan.line.short for plan in plans),
        allocated=sum(plan.given for plan in plans),
        seconds=time.monotonic() - started,
        created_at=None,
        results=[_result(plan, *names[plan.line.line_id]) for plan in shown],
    )


async def undo(session: AsyncSession, run_id: UUID) -> RunOut:
    """Take back what a run promised and has not left. Raises RunNotFound, NothingToUndo."""
    repository = AllocationRepository.from_session(session)
    await repository.lock()
    run_ = await repository.run(run_id, hold=True)
    if run_ is None:
        raise RunNotFound
    number = run_.number or 0
    if run_.status is RunStatus.UNDONE:
        raise NothingToUndo(number)
    await OrdersRepository.from_session(session).lock_many(await repository.orders_of_run(run_id))
    reason = f"L'attribution n° {number} est annulée par la coordination."
    if not await release(session, await repository.still_reserved(run_id), reason):
        raise NothingToUndo(number)
    await repository.mark_undone(run_id)
    return await get(session, run_id)


async def get(session: AsyncReadSession | AsyncSession, run_id: UUID) -> RunOut:
    """One run with its first results. Raises RunNotFound."""
    repository = AllocationRepository.from_session(session)
    found = await repository.run(run_id)
    if found is None:
        raise RunNotFound
    return found.model_copy(update={"results": await repository.results(run_id)})


async def _plan(repository: AllocationRepository) -> list[LinePlan]:
    lines = await repository.short_lines()
    free = await repository.free()
    # Twenty thousand lines take a good part of a second: not on the event loop.
    return await asyncio.to_thread(oldest_first, lines, free)


async def _tell(
    session: AsyncSession, repository: AllocationRepository, reserved: Sequence[Reserved], orders: Sequence[UUID]
) -> None:
    for start in range(0, len(reserved), EVENTS_AT_ONCE):
        await outbox.append(
            session,
            [
                DeviceReserved(
                    device_id=one.device_id,
                    order_id=one.order_id,
                    line_id=one.line_id,
                    relais_id=one.relais_id,
                    territory=one.territory,
                )
                for one in reserved[start : start + EVENTS_AT_ONCE]
            ],
        )
    told = []
    for order_id, group in groupby(await repository.lines_of(orders), key=lambda line: line.order_id):
        lines = list(group)
        told.append(
            OrderAllocated(
                order_id=order_id,
                reference=reference(lines[0].number),
                relais_id=lines[0].relais_id,
                lines=[
                    AllocatedLine(
                        line_id=line.line_id, requested=line.quantity, allocated=line.allocated, reason=line.reason
                    )
                    for line in lines
                ],
            )
        )
    for start in range(0, len(told), EVENTS_AT_ONCE):
        await outbox.append(session, told[start : start + EVENTS_AT_ONCE])


def _result(plan: LinePlan, order: str, relais_name: str) -> ResultOut:
    line = plan.line
    return ResultOut(
        line_id=line.line_id,
        order_id=line.order_id,
        reference=order,
        relais_id=line.relais_id,
        relais_name=relais_name,
        category=line.category,
        min_grade=line.min_grade,
        requested=line.short,
        allocated=plan.given,
        reason=plan.reason,
    )
