"""Place, cancel and close orders."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.web import Principal

from distribute.campaigns.in_force import campaigns_for, terms_of
from distribute.campaigns.schemas import CampaignIn
from distribute.demand.service import refresh
from distribute.line_quotes import LineQuote, quote_line
from distribute.news import service as news
from distribute.orders.doubles import MINUTES, content_of
from distribute.orders.errors import OrderInTheWay, OrderNotFound, ReasonMissing
from distribute.orders.events import OrderCancelled, OrderClosed, OrderPlaced, PlacedLine
from distribute.orders.options import check_options
from distribute.orders.release import release_order
from distribute.orders.repository import LockedOrder, OrdersRepository
from distribute.orders.schemas import OrderIn, OrderLineIn, OrderLineOut, OrderOut, reference
from distribute.orders.usual import A_FEW, MONTHS, check_usual
from distribute.price_book import PriceBook
from distribute.price_lists.service import price_book
from distribute.relais import service as relais_service
from distribute.relais.schemas import RelaisOut
from distribute.statuses import OrderStatus, Side
from distribute.tenancy import own_relais_of, relais_of
from distribute.why import Ending, TakenBack

# What the network is told: the words of whoever cancelled may name somebody, and stay with the order.
WITHOUT_A_WORD = {
    Side.RELAIS: "Le Relais a annulé sa commande.",
    Side.COORDINATION: "La coordination a annulé la commande.",
}


class Placed(NamedTuple):
    """The order; `is_new` is False when the same was ordered minutes ago: it is that one."""

    order: OrderOut
    is_new: bool


async def place(
    session: AsyncSession, principal: Principal, order: OrderIn, today: date, repeats: UUID | None = None
) -> Placed:
    """Take an order and fix its prices, unless the same was sent minutes ago: two clicks, or two calls, are one order.

    `repeats`: the order that this one is meant to repeat. Raises RelaisNotFound, AgreementMissing, OnlyOrients,
    CampaignsOnly, LinesToCorrect, UnusualQuantity.
    """
    relais = await relais_service.may_order(
        session, principal, order.relais_id, (line.campaign for line in order.lines)
    )
    await check_options(session, relais.id, order.lines, today)
    orders = OrdersRepository.from_session(session)
    await orders.lock_orders_of(relais.id)
    content = content_of(order)
    if not order.again and (twin := await orders.twin(relais.id, content, MINUTES, repeats)) is not None:
        return Placed(await _made(orders, principal, twin), False)
    await ask_about_unusual(session, relais, order)
    book = await price_book(session)
    terms = await campaign_terms(session, order.lines)
    quotes = [quoted(book, line, today, terms) for line in order.lines]
    order_id, number, line_ids = await orders.place(order, quotes, content)
    placed = OrderPlaced(
        order_id=order_id,
        reference=reference(number),
        relais_id=order.relais_id,
        lines=[placed_line(line_id, line) for line_id, line in zip(line_ids, order.lines, strict=True)],
    )
    await outbox.append(session, [placed])
    return Placed(await _made(orders, principal, order_id), True)


async def campaign_terms(session: AsyncSession, lines: Sequence[OrderLineIn]) -> Mapping[str, CampaignIn]:
    """What is published of the campaigns that lines name."""
    named = sorted({line.campaign for line in lines if line.campaign is not None})
    return await terms_of(session, named) if named else {}


def quoted(
    book: PriceBook, line: OrderLineIn, today: date, terms: Mapping[str, CampaignIn] = MappingProxyType({})
) -> LineQuote:
    """What a wish costs today: by the list in force, and by the terms of its campaign."""
    quote = quote_line(book, line.category, line.min_grade, line.substitutes, line.tier, today)
    of_campaign = terms.get(line.campaign or "")
    if of_campaign is None or of_campaign.percent_of_the_list == 100:
        return quote
    return quote.reduced(of_campaign.percent_of_the_list, of_campaign.name)


def placed_line(line_id: UUID, line: OrderLineIn | OrderLineOut) -> PlacedLine:
    """What the network is told that a line asks for."""
    return PlacedLine(
        line_id=line_id,
        category=line.category,
        quantity=line.quantity,
        min_grade=line.min_grade,
        urgent=line.urgent,
        wanted_on=line.wanted_on,
        campaign=line.campaign,
    )


async def _made(orders: OrdersRepository, principal: Principal, order_id: UUID) -> OrderOut:
    """An order of a Relais that the caller sees."""
    made = await orders.get(relais_of(principal), order_id)
    assert made is not None
    return made


async def ask_about_unusual(session: AsyncSession, relais: RelaisOut, order: OrderIn) -> None:
    """Raise UnusualQuantity for what the Relais never asks for, and did not say to be meant."""
    if all(line.confirmed or line.quantity <= A_FEW for line in order.lines):
        return
    largest = await OrdersRepository.from_session(session).largest(Scope([relais.id]), MONTHS)
    check_usual(order.lines, relais.people_supported, largest)


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, order_id: UUID) -> OrderOut:
    """One order the caller may see. Raises OrderNotFound."""
    found = await OrdersRepository.from_session(session).get(relais_of(principal), order_id)
    if found is None:
        raise OrderNotFound
    return found


async def reorder(session: AsyncSession, principal: Principal, order_id: UUID, today: date) -> OrderOut:
    """Order the same again, at today's prices; asked twice within minutes it is one order more, not two.

    Raises OrderNotFound, AgreementMissing.
    """
    before = await get(session, principal, order_id)
    return (await place(session, principal, await the_same(session, before, today), today, repeats=order_id)).order


async def the_same(session: AsyncReadSession | AsyncSession, before: OrderOut, today: date) -> OrderIn:
    """The wish of an order, to be asked for once more.

    Urgency and dates were of that day and are not asked for again; a campaign is, while it lasts.
    """
    named = any(line.campaign for line in before.lines)
    lasting = await campaigns_for(session, [before.relais_id], today) if named else ()
    lines = [
        OrderLineIn(
            category=line.category,
            quantity=line.quantity,
            min_grade=line.min_grade,
            tier=line.tier,
            publics=line.publics,
            substitutes=line.substitutes,
            campaign=line.campaign if line.campaign in lasting else None,
            confirmed=True,  # it was, or was usual, the first time
        )
        for line in before.lines
        if line.quantity
    ]
    return OrderIn(relais_id=before.relais_id, lines=lines, note=before.note)


async def cancel(session: AsyncSession, principal: Principal, order_id: UUID, reason: str | None = None) -> OrderOut:
    """Give the order up; what was reserved is free again. The coordination says why, and the Relais is told.

    Raises OrderNotFound, OrderInTheWay once devices left, ReasonMissing.
    """
    order = await get_for_update(session, principal, order_id)
    if order.status not in (OrderStatus.PLACED, OrderStatus.APPROVED, OrderStatus.ALLOCATED):
        raise OrderInTheWay(order.reference, order.status, "elle ne peut plus être annulée")
    by = Side.RELAIS if own_relais_of(principal).includes(order.relais_id) else Side.COORDINATION
    if by is Side.COORDINATION and reason is None:
        raise ReasonMissing
    if await release_order(session, order_id, TakenBack(ending=Ending.CANCELLED)):
        raise OrderInTheWay(order.reference, order.status, "des équipements sont déjà partis, elle ne s'annule plus")
    await OrdersRepository.from_session(session).cancel(order_id, by, reason)
    cancelled = OrderCancelled(
        order_id=order.id, reference=order.reference, relais_id=order.relais_id, reason=WITHOUT_A_WORD[by]
    )
    await outbox.append(session, [cancelled])
    if by is Side.COORDINATION:
        await news.refused(
            session,
            order.relais_id,
            order_id,
            order.reference,
            reason or "",
            was_approved=order.status is not OrderStatus.PLACED,
        )
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
