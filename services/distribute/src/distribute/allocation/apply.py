"""Make the promises of a decided allocation. The caller holds the allocation lock and the orders of the lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from uuid import UUID

from filiere import outbox
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession

from distribute.allocation.plan import Plan
from distribute.allocation.proposals.decisions import Decision
from distribute.allocation.repository import AllocationRepository, Result, Standing
from distribute.campaigns.in_force import campaigns_in_force
from distribute.demand.service import refresh
from distribute.engine import Binding
from distribute.orders.events import AllocatedLine, OrderAllocated
from distribute.orders.schemas import reference
from distribute.orders.stages import restate
from distribute.reservations.events import EVENTS_AT_ONCE, DeviceReserved
from distribute.reservations.repository import Promise, Promised, ReservationsRepository
from distribute.why import Changed, Computed

# Of a line that is gone.
NOTHING = Standing(missing=0, has_agreement=True)


async def apply(session: AsyncSession, run_id: UUID, decisions: Sequence[Decision], holds: Mapping[UUID, bool]) -> int:
    """Reserve what is decided, as far as it still holds, and tell it; returns how many devices were promised.

    What changed since the decision is skipped, and its line says why: an order that was closed, an agreement that
    ended, a line that lacks less, a device that went elsewhere. A line that another run served since, and this one
    gives nothing, keeps the word of that run. `holds`: lines that wait for the coordination's next run from now on, or
    no longer; others stay as they are.
    """
    repository = AllocationRepository.from_session(session)
    standing = await repository.standing([one.line_id for one in decisions])
    promises = _promises(decisions, standing)
    campaigns = await campaigns_in_force(session, today())
    reserved = (
        await ReservationsRepository.from_session(session).reserve(run_id, promises, campaigns) if promises else []
    )
    got = Counter(one.line_id for one in reserved)
    results = []
    for one in decisions:
        now = standing.get(one.line_id, NOTHING)
        is_told = not one.wanted > now.missing or got[one.line_id] > 0
        results.append(
            Result(
                one.line_id,
                one.wanted,
                got[one.line_id],
                _why(one, now, got[one.line_id]),
                is_told,
                holds.get(one.line_id),
            )
        )
    await repository.keep_results(run_id, results)
    orders = sorted({one.order_id for one in reserved})
    await restate(session, orders)
    await tell(session, reserved, orders)
    await refresh(session, orders)
    return len(reserved)


async def still(session: AsyncReadSession | AsyncSession, plan: Plan) -> tuple[int, int]:
    """(devices that `apply` would promise now, lines that something changed for) of what is decided."""
    return await AllocationRepository.from_session(session).still(plan, await campaigns_in_force(session, today()))


def _promises(decisions: Sequence[Decision], standing: Mapping[UUID, Standing]) -> list[tuple[UUID, Promised]]:
    return [
        (one.line_id, device)
        for one in decisions
        for now in [standing.get(one.line_id, NOTHING)]
        if now.has_agreement
        for device in one.devices[: now.missing]
    ]


def _why(decision: Decision, now: Standing, count: int) -> Computed:
    """The reason of the line: that of the decision, and what changed since."""
    planned, missing = len(decision.devices), now.missing
    if not missing:
        return decision.why.model_copy(update={"changed": Changed.NO_LONGER})
    if not now.has_agreement:
        return Computed(facts=replace(decision.why.facts, binding=Binding.NO_AGREEMENT, substitutes=0))
    if missing < decision.wanted:
        return decision.why.model_copy(update={"changed": Changed.LESS if count == missing else Changed.SERVED})
    if count < planned:
        return decision.why.model_copy(update={"changed": Changed.GONE, "gone": planned - count})
    return decision.why


async def tell(session: AsyncSession, reserved: Sequence[Promise], orders: Sequence[UUID]) -> None:
    """Append the events of promises that were made, and how the lines of their orders stand now."""
    repository = AllocationRepository.from_session(session)
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
                    order_reference=reference(one.order_number),
                    relais_name=one.relais_name,
                )
                for one in reserved[start : start + EVENTS_AT_ONCE]
            ],
        )
    allocated = []
    for order_id, group in groupby(await repository.lines_of(orders), key=lambda line: line.order_id):
        lines = list(group)
        allocated.append(
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
    for start in range(0, len(allocated), EVENTS_AT_ONCE):
        await outbox.append(session, allocated[start : start + EVENTS_AT_ONCE])
