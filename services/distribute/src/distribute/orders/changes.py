"""An order changes: written anew until it is approved; afterwards it asks for fewer, until what it has is packed."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncSession
from filiere.web import FieldError, Principal, Unprocessable

from distribute.demand.service import refresh
from distribute.line_quotes import LineQuote, widen
from distribute.orders import service
from distribute.orders.changes_repository import Change, ChangesRepository, KeptLine
from distribute.orders.doubles import content_of
from distribute.orders.errors import (
    AlreadyLeft,
    LineNotFound,
    NotFewer,
    NothingLeftToAsk,
    OrderInTheWay,
    OrderNotFound,
)
from distribute.orders.events import OrderChanged
from distribute.orders.options import check_options
from distribute.orders.release import release
from distribute.orders.repository import LockedOrder, OrdersRepository
from distribute.orders.schemas import OrderIn, OrderLineIn, OrderOut
from distribute.orders.stages import restate
from distribute.price_lists.service import price_book
from distribute.relais import service as relais_service
from distribute.statuses import OrderStatus, Side
from distribute.tenancy import own_relais_of
from distribute.why import Ending, TakenBack

ANOTHER_RELAIS = "Une commande ne change pas de Relais."


class Matched(NamedTuple):
    """A new wish, and the line of the order that it continues."""

    wish: OrderLineIn
    line: KeptLine | None


async def rewrite(
    session: AsyncSession, principal: Principal, order_id: UUID, wanted: OrderIn, today: date
) -> OrderOut:
    """Ask for something else in an order that is not approved yet. Lines that stay keep their prices.

    Raises OrderNotFound, OrderInTheWay, AgreementMissing, OnlyOrients, CampaignsOnly, LinesToCorrect, UnusualQuantity,
    Unprocessable.
    """
    order = await _own_for_update(session, principal, order_id)
    if wanted.relais_id != order.relais_id:
        raise Unprocessable(errors=[FieldError("relais_id", ANOTHER_RELAIS)])
    if order.status is not OrderStatus.PLACED:
        raise OrderInTheWay(order.reference, order.status, "elle ne s'écrit plus autrement")
    relais = await relais_service.may_order(
        session, principal, order.relais_id, (line.campaign for line in wanted.lines)
    )
    await check_options(session, relais.id, wanted.lines, today)
    await service.ask_about_unusual(session, relais, wanted)
    changes = ChangesRepository.from_session(session)
    before = await changes.lines(order_id)
    book = await price_book(session)
    terms = await service.campaign_terms(session, wanted.lines)

    def quoted(wish: OrderLineIn) -> LineQuote:
        return service.quoted(book, wish, today, terms)

    matched = _match([(wish, quoted(wish).campaign) for wish in wanted.lines], before)
    kept = [
        (line.id, wish, widen(line.priced, quoted(wish), wish.category, wish.min_grade, wish.tier))
        for wish, line in matched
        if line is not None
    ]
    await changes.take_out(order_id, [line_id for line_id, _, _ in kept])
    await changes.rewrite(kept)
    added = [wish for wish, line in matched if line is None]
    quotes = [quoted(wish) for wish in added]
    after_last = max(one.position for one in before) + 1
    await OrdersRepository.from_session(session).add_lines(order_id, order.relais_id, added, quotes, after_last)
    await changes.restate_wish(order_id, wanted.note or None, content_of(wanted))
    total = sum(one.quantity for one in before), sum(one.quantity for one in wanted.lines)
    await changes.keep(order.relais_id, order_id, [Change(None, Side.RELAIS, *total, None)])
    return await _told(session, principal, order)


async def reduce(
    session: AsyncSession,
    principal: Principal,
    order_id: UUID,
    line_id: UUID,
    quantity: int,
    reason: str | None = None,
) -> OrderOut:
    """Have a line ask for fewer. What is reserved beyond that is free again, until it is packed.

    Raises OrderNotFound, LineNotFound, OrderInTheWay, NotFewer, AlreadyLeft, NothingLeftToAsk.
    """
    order = await _own_for_update(session, principal, order_id)
    changes = ChangesRepository.from_session(session)
    lines = {one.id: one for one in await changes.lines(order_id)}
    line = lines.get(line_id)
    if line is None:
        raise LineNotFound
    if quantity == line.quantity:
        return await service.get(session, principal, order_id)
    if not (order.status.is_open or order.status is OrderStatus.PLACED):
        raise OrderInTheWay(order.reference, order.status, "ses lignes ne changent plus")
    if quantity > line.quantity:
        raise NotFewer
    if sum(one.quantity for one in lines.values()) - line.quantity + quantity == 0:
        raise NothingLeftToAsk
    if over := max(0, line.allocated - quantity):
        loose = await changes.not_packed(line_id, over)
        if len(loose) < over:
            raise AlreadyLeft(line.allocated - len(loose))
        await release(session, loose, TakenBack(ending=Ending.CLOSED))
    await _shrink(session, order, [Change(line_id, Side.RELAIS, line.quantity, quantity, reason)])
    return await _told(session, principal, order)


async def give_up_rest(
    session: AsyncSession, principal: Principal, order_id: UUID, reason: str | None = None
) -> OrderOut:
    """Stop waiting for what no run has served; what is promised, sent or received stays.

    Raises OrderNotFound, OrderInTheWay, NothingLeftToAsk when nothing was promised.
    """
    order = await service.get_for_update(session, principal, order_id)
    if not order.status.is_open:
        raise OrderInTheWay(order.reference, order.status, "elle n'attend rien")
    lines = await ChangesRepository.from_session(session).lines(order_id)
    if not any(one.allocated for one in lines):
        raise NothingLeftToAsk
    by = Side.RELAIS if own_relais_of(principal).includes(order.relais_id) else Side.COORDINATION
    short = [Change(one.id, by, one.quantity, one.allocated, reason) for one in lines if one.allocated < one.quantity]
    if short:
        await _shrink(session, order, short)
        return await _told(session, principal, order)
    return await service.get(session, principal, order_id)


async def _shrink(session: AsyncSession, order: LockedOrder, changed: Sequence[Change]) -> None:
    changes = ChangesRepository.from_session(session)
    await changes.shrink(changed)
    await changes.keep(order.relais_id, order.id, changed)
    await restate(session, [order.id])


async def _told(session: AsyncSession, principal: Principal, order: LockedOrder) -> OrderOut:
    """The order as it stands now, told to the network."""
    made = await service.get(session, principal, order.id)
    await say_changed(session, order, made)
    if order.status.is_open:
        await refresh(session, [order.id])
    return made


async def say_changed(session: AsyncSession, order: LockedOrder, made: OrderOut) -> None:
    """Tell the network what the order asks for from now on."""
    lines = [service.placed_line(line.id, line) for line in made.lines if line.quantity]
    event = OrderChanged(order_id=order.id, reference=order.reference, relais_id=order.relais_id, lines=lines)
    await outbox.append(session, [event])


async def _own_for_update(session: AsyncSession, principal: Principal, order_id: UUID) -> LockedOrder:
    """Lock one of the caller's own orders: the Relais alone says what it wants. Raises OrderNotFound."""
    order = await service.get_for_update(session, principal, order_id)
    if not own_relais_of(principal).includes(order.relais_id):
        raise OrderNotFound
    return order


def _match(wishes: Sequence[tuple[OrderLineIn, str | None]], lines: Sequence[KeptLine]) -> list[Matched]:
    """Each wish with the first line of its category, tier and campaign's prices that no other wish continues."""
    left = list(lines)
    matched = []
    for wish, priced_for in wishes:
        asked = wish.category, wish.tier, priced_for
        line = next((one for one in left if (one.category, one.tier, one.priced.campaign) == asked), None)
        if line is not None:
            left.remove(line)
        matched.append(Matched(wish, line))
    return matched
