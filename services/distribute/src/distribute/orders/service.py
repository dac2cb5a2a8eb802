"""Place, approve, cancel and close orders."""

from datetime import date
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from distribute.demand.service import refresh
from distribute.engine import campaigns_on
from distribute.line_quotes import quote_line
from distribute.orders.errors import OrderInTheWay, OrderNotFound
from distribute.orders.events import OrderApproved, OrderCancelled, OrderClosed, OrderPlaced, PlacedLine
from distribute.orders.options import check_options
from distribute.orders.release import release_order
from distribute.orders.repository import LockedOrder, OrdersRepository
from distribute.orders.schemas import OrderIn, OrderLineIn, OrderOut, reference
from distribute.relais import service as relais_service
from distribute.statuses import OrderStatus, Side
from distribute.tenancy import own_relais_of, relais_of
from distribute.why import Ending, TakenBack

# What the network is told: the words of whoever cancelled may name somebody, and stay with the order.
WITHOUT_A_WORD = {
    Side.RELAIS: "Le Relais a annulé sa commande.",
    Side.COORDINATION: "La coordination a annulé la commande.",
}


async def place(session: AsyncSession, principal: Principal, order: OrderIn, today: date) -> OrderOut:
    """Take an order and fix its prices. Raises RelaisNotFound, AgreementMissing, LinesToCorrect."""
    await relais_service.orderable(session, principal, order.relais_id)
    check_options(order.lines, today)
    quotes = [quote_line(line.category, line.min_grade, line.substitutes, line.tier, today) for line in order.lines]
    orders = OrdersRepository.from_session(session)
    order_id, number, line_ids = await orders.place(order, quotes)
    placed = OrderPlaced(
        order_id=order_id,
        reference=reference(number),
        relais_id=order.relais_id,
        lines=[
            PlacedLine(
                line_id=line_id,
                category=line.category,
                quantity=line.quantity,
                min_grade=line.min_grade,
                urgent=line.urgent,
                wanted_on=line.wanted_on,
                campaign=line.campaign,
            )
            for line_id, line in zip(line_ids, order.lines, strict=True)
        ],
    )
    await outbox.append(session, [placed])
    made = await orders.get(relais_of(principal), order_id)
    assert made is not None  # for a Relais that the caller sees
    return made


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, order_id: UUID) -> OrderOut:
    """One order the caller may see. Raises OrderNotFound."""
    found = await OrdersRepository.from_session(session).get(relais_of(principal), order_id)
    if found is None:
        raise OrderNotFound
    return found


async def reorder(session: AsyncSession, principal: Principal, order_id: UUID, today: date) -> OrderOut:
    """Order the same again, at today's prices. Raises OrderNotFound, AgreementMissing.

    Urgency and dates were of that day and are not asked for again; a campaign is, while it lasts.
    """
    before = await get(session, principal, order_id)
    lasting = campaigns_on(today) if any(line.campaign for line in before.lines) else ()
    lines = [
        OrderLineIn(
            category=line.category,
            quantity=line.quantity,
            min_grade=line.min_grade,
            tier=line.tier,
            publics=line.publics,
            substitutes=line.substitutes,
            campaign=line.campaign if line.campaign in lasting else None,
        )
        for line in before.lines
    ]
    return await place(session, principal, OrderIn(relais_id=before.relais_id, lines=lines, note=before.note), today)


async def approve(session: AsyncSession, principal: Principal, order_id: UUID) -> OrderOut:
    """Let allocation serve the order. Raises OrderNotFound, OrderInTheWay."""
    order = await get_for_update(session, principal, order_id)
    if order.status is not OrderStatus.PLACED:
        raise OrderInTheWay(order.reference, order.status, "elle a déjà été traitée")
    await OrdersRepository.from_session(session).approve(order_id)
    await outbox.append(
        session, [OrderApproved(order_id=order.id, reference=order.reference, relais_id=order.relais_id)]
    )
    await refresh(session, [order_id])
    return await get(session, principal, order_id)


async def cancel(session: AsyncSession, principal: Principal, order_id: UUID, reason: str | None = None) -> OrderOut:
    """Give the order up; what was reserved is free again. Raises OrderNotFound, OrderInTheWay once devices left."""
    order = await get_for_update(session, principal, order_id)
    if order.status not in (OrderStatus.PLACED, OrderStatus.APPROVED, OrderStatus.ALLOCATED):
        raise OrderInTheWay(order.reference, order.status, "elle ne peut plus être annulée")
    if await release_order(session, order_id, TakenBack(ending=Ending.CANCELLED)):
        raise OrderInTheWay(order.reference, order.status, "des équipements sont déjà partis, elle ne s'annule plus")
    by = Side.RELAIS if own_relais_of(principal).includes(order.relais_id) else Side.COORDINATION
    await OrdersRepository.from_session(session).cancel(order_id, by, reason)
    cancelled = OrderCancelled(
        order_id=order.id, reference=order.reference, relais_id=order.relais_id, reason=WITHOUT_A_WORD[by]
    )
    await outbox.append(session, [cancelled])
    await refresh(session, [order_id])
    return await get(session, principal, order_id)


async def close(session: AsyncSession, principal: Principal, order_id: UUID) -> OrderOut:
    """Stop waiting for what is still missing. Raises OrderNotFound, OrderInTheWay while something is on its way."""
    order = await get_for_update(session, principal, order_id)
    if order.status not in (OrderStatus.ALLOCATED, OrderStatus.DELIVERED):
        raise OrderInTheWay(order.reference, order.status, "elle se clôt quand tout ce qui est parti est reçu")
    if not await release_order(session, order_id, TakenBack(ending=Ending.CLOSED)):
        raise OrderInTheWay(order.reference, order.status, "rien n'en est parti, annulez-la plutôt")
    await OrdersRepository.from_session(session).close(order_id)
    await outbox.append(session, [OrderClosed(order_id=order.id, reference=order.reference, relais_id=order.relais_id)])
    await refresh(session, [order_id])
    return await get(session, principal, order_id)


async def get_for_update(session: AsyncSession, principal: Principal, order_id: UUID) -> LockedOrder:
    """Lock one order the caller may see. Raises OrderNotFound."""
    order = await OrdersRepository.from_session(session).get_for_update(relais_of(principal), order_id)
    if order is None:
        raise OrderNotFound
    return order
