"""The facts of a Relais are corrected; what its orders wait for is demand of the département that it is in now."""

from uuid import UUID

from filiere.database import AsyncSession, Scope
from filiere.web import Principal

from distribute.demand.service import refresh
from distribute.orders.repository import OrdersRepository
from distribute.relais import service as relais_service
from distribute.relais.schemas import RelaisIn, RelaisOut


async def change(session: AsyncSession, principal: Principal, relais_id: UUID, relais: RelaisIn) -> RelaisOut:
    """Write the facts anew. Raises RelaisNotFound, BadRelais, RelaisAlreadyRegistered."""
    before = await relais_service.get(session, principal, relais_id)
    repository = OrdersRepository.from_session(session)
    lines = await repository.waiting(Scope([relais_id]))
    orders = sorted({one.order_id for one in lines})
    await repository.for_update(orders)
    changed = await relais_service.change(session, principal, relais_id, relais)
    if changed.territory != before.territory:
        keys = sorted({(one.category, one.min_grade, before.territory) for one in lines})
        await refresh(session, orders, keys)
    return changed
