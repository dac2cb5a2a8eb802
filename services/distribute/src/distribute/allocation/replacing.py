"""Promise a line another device at once for one that it lost: the allocation's own lock, the line's own conditions.

It is a run of its own, so that it has a number, a reason and an undo like every other. What the fair rules give to whom
is not asked again: the line had been given that device, and it broke or never came.
"""

import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from filiere.calendar import today
from filiere.database import AsyncSession

from distribute.allocation.apply import tell
from distribute.allocation.repository import AllocationRepository, Result
from distribute.campaigns.in_force import campaigns_in_force
from distribute.engine import Binding
from distribute.engine.sentences import Facts
from distribute.orders.release import release
from distribute.orders.stages import restate
from distribute.reservations.repository import Promise, Promised, ReservationsRepository
from distribute.shipments.repository import ShipmentsRepository
from distribute.statuses import StockStatus
from distribute.why import Computed, TakenBack

METHOD = "replacement"
AT_ONCE = 20
_COMPLETE = Computed(
    facts=Facts(
        Binding.COMPLETE, substitutes=0, before=100, after=100, received=0, level=100, devices=0, wanted=0, relais=0
    )
)


async def promise_another(
    session: AsyncSession, line_id: UUID, instead_of: UUID, by: str, *, but: Sequence[UUID] = ()
) -> UUID | None:
    """The device that the line was promised instead, or None when none is free that it accepts.

    The caller holds the allocation lock and the order, and has released `instead_of`; it tells the demand anew when it
    is done. `but`: never these.
    """
    started = time.monotonic()
    repository = AllocationRepository.from_session(session)
    standing = (await repository.standing([line_id])).get(line_id)
    if standing is None or not standing.missing or not standing.has_agreement:
        return None
    campaigns = await campaigns_in_force(session, today())
    found = await repository.another(line_id, instead_of, campaigns, [instead_of, *but])
    if found is None:
        return None
    promised = Promised(found.device_id, found.category, found.grade, found.campaign)
    reserved = await promise_these(session, [(line_id, promised)], by, {line_id: standing.missing}, started)
    return reserved[0].device_id if reserved else None


async def promise_these(
    session: AsyncSession,
    promises: Sequence[tuple[UUID, Promised]],
    by: str,
    missing: Mapping[UUID, int],
    started: float | None = None,
) -> list[Promise]:
    """Promise lines devices that somebody chose for them, one each; those that are not free any more are left out.

    The caller holds the allocation lock and the orders. `missing`: what each line lacks.
    """
    began = time.monotonic() if started is None else started
    repository = AllocationRepository.from_session(session)
    campaigns = await campaigns_in_force(session, today())
    run_id = await repository.start(METHOD, None, len(promises), len(promises), by)
    reserved = await ReservationsRepository.from_session(session).reserve(run_id, promises, campaigns)
    got = {one.line_id for one in reserved}
    await repository.keep_results(
        run_id,
        [
            Result(line_id, 1, int(line_id in got), _COMPLETE, line_id in got and missing[line_id] == 1, None)
            for line_id, _ in promises
        ],
    )
    orders = sorted({one.order_id for one in reserved})
    await restate(session, orders)
    await tell(session, reserved, orders)
    await repository.finish(run_id, len(reserved), time.monotonic() - began)
    return reserved


async def release_and_replace(
    session: AsyncSession,
    device_ids: Sequence[UUID],
    why: TakenBack,
    by: str,
    *,
    into: StockStatus = StockStatus.AVAILABLE,
) -> tuple[list[Promise], dict[UUID, UUID]]:
    """End promises before the departure, and promise others to the same lines at once, into the parcels in preparation.

    (promises that ended, device → the one promised instead). The caller holds the allocation lock and the orders, and
    tells the demand anew. Of very many at once only the first are replaced: the next allocation serves the rest.
    """
    shipments = ShipmentsRepository.from_session(session)
    orders = await ReservationsRepository.from_session(session).orders_of(device_ids)
    packing = await shipments.in_preparation(orders)
    ended = await release(session, device_ids, why, into=into)
    instead: dict[UUID, UUID] = {}
    for promise in ended[:AT_ONCE]:
        if other := await promise_another(session, promise.line_id, promise.device_id, by, but=device_ids):
            instead[promise.device_id] = other
    if instead and packing:
        await shipments.pack(packing)
    return ended, instead
