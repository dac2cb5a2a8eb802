"""The coordination answers an order: yes, yes for fewer with a reason for each line, or no with a reason."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import FieldError, Principal

from distribute.demand.service import refresh
from distribute.news import service as news
from distribute.orders import service
from distribute.orders.approval_repository import ApprovalRepository, Beside
from distribute.orders.changes import say_changed
from distribute.orders.changes_repository import Change, ChangesRepository
from distribute.orders.errors import LineNotFound, LinesToCorrect, NothingLeftToAsk, OrderInTheWay
from distribute.orders.events import OrderApproved
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import FewerIn, OrderOut
from distribute.statuses import OrderStatus, Side
from distribute.tenancy import relais_of

MORE = "Vous ne pouvez pas approuver plus que demandé."


async def approve(
    session: AsyncSession, principal: Principal, order_id: UUID, fewer: Sequence[FewerIn] = ()
) -> OrderOut:
    """Let allocation serve the order, or fewer devices of some lines; the Relais is told why.

    Raises OrderNotFound, OrderInTheWay, LineNotFound, LinesToCorrect, NothingLeftToAsk.
    """
    order = await service.get_for_update(session, principal, order_id)
    if order.status is not OrderStatus.PLACED:
        raise OrderInTheWay(order.reference, order.status, "elle a déjà été traitée")
    changes = ChangesRepository.from_session(session)
    lines = {one.id: one for one in await changes.lines(order_id)}
    if not {one.line_id for one in fewer} <= lines.keys():
        raise LineNotFound
    wrong = [
        FieldError(f"fewer.{number}.quantity", MORE)
        for number, one in enumerate(fewer)
        if one.quantity > lines[one.line_id].quantity
    ]
    if wrong:
        raise LinesToCorrect(wrong)
    changed = [
        Change(one.line_id, Side.COORDINATION, lines[one.line_id].quantity, one.quantity, one.reason)
        for one in {one.line_id: one for one in fewer}.values()
        if one.quantity < lines[one.line_id].quantity
    ]
    if sum(one.quantity for one in lines.values()) == sum(one.before - one.after for one in changed):
        raise NothingLeftToAsk
    if changed:
        await changes.shrink(changed)
        await changes.keep(order.relais_id, order_id, changed)
    await OrdersRepository.from_session(session).approve(order_id)
    approved = await service.get(session, principal, order_id)
    if changed:
        await say_changed(session, order, approved)
    await outbox.append(
        session, [OrderApproved(order_id=order.id, reference=order.reference, relais_id=order.relais_id)]
    )
    told = [
        {
            "what": lines[one.line_id].category.plural_fr,
            "before": one.before,
            "after": one.after,
            "reason": one.reason,
        }
        for one in changed
        if one.line_id is not None
    ]
    await news.approved(session, order.relais_id, order_id, order.reference, approved.requested, told)
    await refresh(session, [order_id])
    return approved


async def beside(session: AsyncReadSession | AsyncSession, principal: Principal, order: OrderOut) -> dict[UUID, Beside]:
    """What to look at beside each line of an order before it is answered."""
    return await ApprovalRepository.from_session(session).beside(relais_of(principal), order.id, order.relais_id)
