"""Keep the stage of orders in line with what happens to their devices."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncSession

from distribute.orders.events import OrderClosed
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import reference
from distribute.statuses import OrderStatus


async def restate(session: AsyncSession, order_ids: Sequence[UUID]) -> None:
    """Work out the stage of orders whose devices moved, and tell when one is complete. The caller holds the orders."""
    changed = await OrdersRepository.from_session(session).restate(order_ids)
    await outbox.append(
        session,
        [
            OrderClosed(order_id=order.id, reference=reference(order.number), relais_id=order.relais_id)
            for order in changed
            if order.status is OrderStatus.CLOSED
        ],
    )
