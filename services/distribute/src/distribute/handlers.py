"""Events of the workshops become stock."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from filiere.database import AsyncSession
from filiere.kafka import Invalid, Received, Subscription

from distribute.demand.service import refresh
from distribute.orders.release import release
from distribute.orders.repository import OrdersRepository
from distribute.reservations.repository import ReservationsRepository
from distribute.statuses import StockStatus
from distribute.stock.events import ReadyDevice, WithdrawnDevice
from distribute.stock.projection_repository import StockProjection
from distribute.why import Ending, TakenBack

GONE = frozenset({StockStatus.SHIPPED, StockStatus.DELIVERED, StockStatus.HANDED_OVER})


async def project_devices(session: AsyncSession, events: Sequence[Received[Any]]) -> None:
    """Put ready devices into stock, take withdrawn ones out. The newest event about a device counts."""
    ready: dict[Any, ReadyDevice] = {}
    withdrawn: dict[Any, WithdrawnDevice] = {}
    for received in events:
        event = received.event
        newest: dict[Any, Any] = ready if isinstance(event, ReadyDevice) else withdrawn
        known = newest.get(event.device_id)
        if known is None or known.occurred_at < event.occurred_at:
            newest[event.device_id] = event
    # Withdrawals first: a device that came back ready since must have lost its old promise before.
    short_again = await _withdraw(session, list(withdrawn.values())) if withdrawn else []
    if ready:
        stock = StockProjection.from_session(session)
        await stock.put(list(ready.values()))
        await stock.announce()
    await refresh(session, short_again)


async def _withdraw(session: AsyncSession, events: Sequence[WithdrawnDevice]) -> list[UUID]:
    """Returns the orders that lost a promise."""
    stock = StockProjection.from_session(session)
    ids = [event.device_id for event in events]
    await stock.remember_withdrawals([(event.device_id, event.occurred_at, event.reason) for event in events])
    if not await stock.withdrawn_in_stock(ids):
        return []
    # A run in progress counts on these devices: wait for it, then look again at what it made of them.
    await ReservationsRepository.from_session(session).lock_allocation()
    found = await stock.withdrawn_in_stock(ids)
    orders = sorted({one.order_id for one in found if one.order_id is not None})
    await OrdersRepository.from_session(session).for_update(orders)
    found = await stock.withdrawn_in_stock(ids)
    for one in found:
        if one.status in GONE:
            words = StockStatus(one.status).label_fr.lower()
            raise Invalid(f"L'équipement {one.label} est déjà « {words} » : il ne peut plus être retiré à l'atelier.")
    await stock.withdraw_free([one.device_id for one in found])
    reserved = sorted((one for one in found if one.status == StockStatus.RESERVED), key=lambda one: one.reason)
    for reason, group in groupby(reserved, key=lambda one: one.reason):
        why = TakenBack(ending=Ending.WITHDRAWN, detail=reason.strip().rstrip("."))
        await release(session, [one.device_id for one in group], why, into=StockStatus.WITHDRAWN)
    return sorted({one.order_id for one in reserved if one.order_id is not None})


subscription = Subscription("refurbish.devices", [ReadyDevice, WithdrawnDevice], project_devices)
