"""Take promises back, until the device has left the workshop."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncSession

from distribute.orders.stages import restate
from distribute.reservations.events import EVENTS_AT_ONCE, DeviceReleased
from distribute.reservations.repository import Promise, ReservationsRepository
from distribute.statuses import ShipmentStatus, StockStatus
from distribute.why import TakenBack, reason_in_french


async def release(
    session: AsyncSession,
    device_ids: Sequence[UUID],
    why: TakenBack,
    *,
    into: StockStatus = StockStatus.AVAILABLE,
    held: StockStatus = StockStatus.RESERVED,
) -> list[Promise]:
    """Release those of the devices that are reserved, or said to be shipped; returns the promises that ended.

    The caller holds their orders, and tells the demand anew when it is done with devices: everybody locks demand last.
    Lines are short again, shipments in preparation lose the devices.
    """
    repository = ReservationsRepository.from_session(session)
    promises = await repository.promises_for_update(device_ids, held.value)
    if not promises:
        return []
    freed = [promise.device_id for promise in promises]
    await repository.release(freed, why, into.value)
    carried = ShipmentStatus.SHIPPED if held is StockStatus.SHIPPED else ShipmentStatus.PREPARING
    await repository.take_out(freed, carried.value)
    reason = reason_in_french(why)
    for start in range(0, len(promises), EVENTS_AT_ONCE):
        await outbox.append(
            session,
            [
                DeviceReleased(
                    device_id=promise.device_id,
                    order_id=promise.order_id,
                    line_id=promise.line_id,
                    relais_id=promise.relais_id,
                    territory=promise.territory,
                    reason=reason,
                )
                for promise in promises[start : start + EVENTS_AT_ONCE]
            ],
        )
    await restate(session, sorted({promise.order_id for promise in promises}))
    return promises


async def release_order(session: AsyncSession, order_id: UUID, why: TakenBack) -> int:
    """Release what is reserved for an order that the caller holds; returns how many of its devices have left."""
    reserved, gone = await ReservationsRepository.from_session(session).of_order(order_id)
    await release(session, reserved, why)
    return gone
