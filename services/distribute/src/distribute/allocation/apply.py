"""Make the promises of a decided allocation. The caller holds the allocation lock and the orders of the lines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncSession

from distribute.allocation.engine import Binding, policy_on
from distribute.allocation.events import DeviceReserved
from distribute.allocation.repository import AllocationRepository, Reserved
from distribute.clock import today
from distribute.demand.service import refresh
from distribute.orders.events import AllocatedLine, OrderAllocated
from distribute.orders.schemas import reference
from distribute.orders.stages import restate
from distribute.proposals.decisions import Decision, Promised
from distribute.why import Changed, Computed

# A big run makes a hundred thousand events: written a slice at a time, to bound memory.
EVENTS_AT_ONCE = 5_000


async def apply(session: AsyncSession, run_id: UUID, decisions: Sequence[Decision]) -> int:
    """Reserve what is decided, as far as it still holds, and tell it; returns how many devices were promised.

    What changed since the decision is skipped, and its line says why: an order that was closed, an agreement that
    ended, a line that lacks less, a device that went elsewhere.
    """
    repository = AllocationRepository.from_session(session)
    standing = await repository.standing([one.line_id for one in decisions])
    kept = [(one, _still(one, *standing.get(one.line_id, (0, True)))) for one in decisions]
    promises = [(one.line_id, device) for one, devices in kept for device in devices]
    campaigns = policy_on(today()).campaigns
    reserved = await repository.reserve(run_id, promises, campaigns) if promises else []
    got = Counter(one.line_id for one in reserved)
    await repository.keep_results(
        run_id,
        [
            (one.line_id, one.wanted, got[one.line_id], _why(one, *standing.get(one.line_id, (0, True)), got))
            for one in decisions
        ],
    )
    orders = sorted({one.order_id for one in reserved})
    await restate(session, orders)
    await _tell(session, repository, reserved, orders)
    await refresh(session, orders)
    return len(reserved)


def _still(decision: Decision, missing: int, has_agreement: bool) -> tuple[Promised, ...]:
    return decision.devices[:missing] if has_agreement else ()


def _why(decision: Decision, missing: int, has_agreement: bool, got: Counter[UUID]) -> Computed:
    """The reason of the line: that of the decision, and what changed since."""
    planned, count = len(decision.devices), got[decision.line_id]
    if count == planned:
        return decision.why
    if not missing:
        return decision.why.model_copy(update={"changed": Changed.NO_LONGER})
    if not has_agreement:
        return Computed(facts=replace(decision.why.facts, binding=Binding.NO_AGREEMENT, substitutes=0))
    if count == missing:
        return decision.why.model_copy(update={"changed": Changed.LESS})
    return decision.why.model_copy(update={"changed": Changed.GONE, "gone": min(planned, missing) - count})


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
