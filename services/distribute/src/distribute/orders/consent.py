"""What a Relais accepts on a line that still waits: changed without cancelling, and without moving a quoted price."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import AsyncSession
from filiere.web import FieldError, Principal, Unprocessable

from distribute.campaigns.in_force import terms_of
from distribute.demand.service import refresh
from distribute.line_quotes import quote_line, widen
from distribute.orders import service
from distribute.orders.errors import (
    GradePromised,
    LineIsComplete,
    LineNotFound,
    OrderInTheWay,
    OrderNotFound,
    SubstitutePromised,
)
from distribute.orders.repository import LockedLine, OrdersRepository
from distribute.orders.schemas import ITSELF, AcceptedIn, OrderOut
from distribute.price_lists.service import price_book
from distribute.statuses import OrderStatus
from distribute.tenancy import own_relais_of


async def accept(
    session: AsyncSession, principal: Principal, order_id: UUID, line_id: UUID, command: AcceptedIn, today: date
) -> OrderOut:
    """Say anew which grades and substitutes a line accepts: more of them, or fewer while nothing of it is promised.

    What was not quoted yet is quoted today. The Relais alone consents. Raises OrderNotFound, LineNotFound,
    OrderInTheWay, LineIsComplete, SubstitutePromised, GradePromised, Unprocessable for a category that replaces itself.
    """
    order = await service.get_for_update(session, principal, order_id)
    if not own_relais_of(principal).includes(order.relais_id):
        raise OrderNotFound
    repository = OrdersRepository.from_session(session)
    line = await repository.line(order_id, line_id)
    if line is None:
        raise LineNotFound
    if line.category in command.substitutes:
        raise Unprocessable(errors=[FieldError("substitutes", ITSELF)])
    if (line.min_grade, line.substitutes) == (command.min_grade, tuple(command.substitutes)):
        return await service.get(session, principal, order_id)
    if not (order.status.is_open or order.status is OrderStatus.PLACED):
        raise OrderInTheWay(order.reference, order.status, "ses lignes ne changent plus")
    if line.allocated == line.quantity:
        raise LineIsComplete
    _require_kept(line, command, await repository.promised_kinds(line_id))
    book = await price_book(session)
    quote = quote_line(book, line.category, command.min_grade, command.substitutes, line.tier, today)
    if (name := line.priced.campaign) is not None:
        terms = await terms_of(session, [name])
        quote = quote.reduced(terms[name].percent_of_the_list, name)
    await repository.accept(line_id, command, widen(line.priced, quote, line.category, command.min_grade, line.tier))
    if order.status.is_open and line.min_grade is not command.min_grade:
        await refresh(session, [order_id], [(line.category, line.min_grade, order.territory)])
    return await service.get(session, principal, order_id)


def _require_kept(line: LockedLine, command: AcceptedIn, promised: Collection[tuple[Category, Grade]]) -> None:
    """What is promised to the line stays accepted."""
    if not {category for category, _ in promised} <= {line.category, *command.substitutes}:
        raise SubstitutePromised
    if not all(grade.at_least(command.min_grade) for _, grade in promised):
        raise GradePromised
