"""A device of the network is kept for a case: an order of its own, approved as it is made, promised like every other.

So nothing is promised twice, the workshop packs it as it packs every order, and what is lost or damaged on the way is
replaced by the same rules. The line is urgent: a person waits.
"""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.database import EVERYBODY, AsyncSession

from distribute.after_sale.repository import AfterSaleRepository
from distribute.allocation.replacing import promise_another, promise_these
from distribute.orders.events import OrderApproved, OrderCancelled, OrderPlaced
from distribute.orders.release import release_order
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import OrderIn, OrderLineIn, reference
from distribute.orders.service import WITHOUT_A_WORD, placed_line, quoted
from distribute.price_lists.service import price_book
from distribute.reservations.repository import Promised
from distribute.statuses import OrderStatus, Side
from distribute.why import Ending, TakenBack


async def keep_another(
    session: AsyncSession, case_id: UUID, relais_id: UUID, category: Category, grade: Grade, broken: UUID, by: str
) -> UUID:
    """Set a free one aside at once, as good or better; where none is free the next one that the rules give it.

    Returns its order. The caller holds the allocation lock and the case, and tells the demand anew.
    """
    order_id, line_id = await _order(session, case_id, relais_id, category, grade)
    await promise_another(session, line_id, broken, by)
    return order_id


async def keep_repaired(session: AsyncSession, device_ids: Sequence[UUID], by: str) -> list[UUID]:
    """Those of the devices that are ready anew go back to whoever waits for them; the orders made.

    The caller holds the allocation lock and the cases, and tells the demand anew.
    """
    repaired = await AfterSaleRepository.from_session(session).free_again(device_ids)
    made: list[tuple[UUID, UUID, Promised]] = []
    for one in repaired:
        # A bench may have graded it lower than it was sold.
        least = one.grade if one.sold_as.at_least(one.grade) else one.sold_as
        order_id, line_id = await _order(session, one.case_id, one.relais_id, one.category, least)
        made.append((order_id, line_id, Promised(one.device_id, one.category.value, one.grade.value, one.campaign)))
    if made:
        promises = [(line_id, promised) for _, line_id, promised in made]
        await promise_these(session, promises, by, {line_id: 1 for line_id, _ in promises})
    return sorted(order_id for order_id, _, _ in made)


async def let_go(session: AsyncSession, order_id: UUID) -> None:
    """The case does not need it any more: what has not left is everybody's again, what has is the Relais' to hand over.

    The caller holds the order, and tells the demand anew.
    """
    orders = OrdersRepository.from_session(session)
    order = await orders.get_for_update(EVERYBODY, order_id)
    if order is None or order.status not in (OrderStatus.APPROVED, OrderStatus.ALLOCATED):
        return
    if await release_order(session, order_id, TakenBack(ending=Ending.CANCELLED)):
        return
    await orders.cancel(order_id, Side.RELAIS, None)
    told = OrderCancelled(
        order_id=order_id,
        reference=order.reference,
        relais_id=order.relais_id,
        reason=WITHOUT_A_WORD[Side.RELAIS],
    )
    await outbox.append(session, [told])


async def _order(
    session: AsyncSession, case_id: UUID, relais_id: UUID, category: Category, grade: Grade
) -> tuple[UUID, UUID]:
    """(order, its line)."""
    line = OrderLineIn(category=category, quantity=1, min_grade=grade, urgent=True, confirmed=True)
    orders = OrdersRepository.from_session(session)
    # Its content is nobody's wish: the same wish of the Relais is another order.
    order_id, number, (line_id,) = await orders.place(
        OrderIn(relais_id=relais_id, lines=[line]),
        [quoted(await price_book(session), line, today())],
        f"case:{case_id}",
    )
    await orders.approve(order_id)
    await AfterSaleRepository.from_session(session).ordered(case_id, order_id)
    await outbox.append(
        session,
        [
            OrderPlaced(
                order_id=order_id,
                reference=reference(number),
                relais_id=relais_id,
                lines=[placed_line(line_id, line)],
            ),
            OrderApproved(order_id=order_id, reference=reference(number), relais_id=relais_id),
        ],
    )
    return order_id, line_id
