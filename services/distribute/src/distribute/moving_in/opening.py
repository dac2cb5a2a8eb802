"""What Relais waited for before: orders that are approved, at today's prices."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.calendar import today
from filiere.database import AsyncSession
from filiere.events import Event
from filiere.movein.ids import carried_id
from filiere.movein.wire import CarriedOrder, Refused, at

from distribute.demand.service import refresh
from distribute.moving_in.repository import MovingInRepository
from distribute.orders.events import OrderApproved, OrderPlaced
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import OrderLineIn, reference
from distribute.orders.service import placed_line, quoted
from distribute.price_lists.service import price_book

UNSIGNED = "Ce Relais n'a pas de convention signée : sa commande n'est pas reprise : relancez après la signature."


async def open_orders(session: AsyncSession, source: str, orders: Sequence[CarriedOrder]) -> tuple[int, list[Refused]]:
    """(how many are new, those whose Relais may not order)."""
    if not orders:
        return 0, []
    repository, moving = OrdersRepository.from_session(session), MovingInRepository.from_session(session)
    may = await moving.may_order([one.relais_id for one in orders])
    book = await price_book(session)
    events: list[Event] = []
    opened: list[UUID] = []
    for one in orders:
        if one.relais_id not in may:
            continue
        id_ = carried_id(source, "waiting", f"{one.relais_id} {one.key}")
        note = f"Repris de {source}, commande {one.key}"
        number = await moving.open_order(id_, one.relais_id, note, at(one.placed_on))
        if number is None:
            continue
        lines = [
            OrderLineIn(category=line.category, quantity=line.quantity, min_grade=line.min_grade, confirmed=True)
            for line in one.lines
        ]
        line_ids = await repository.add_lines(
            id_, one.relais_id, lines, [quoted(book, line, today()) for line in lines], 1
        )
        said = {"order_id": id_, "reference": reference(number), "relais_id": one.relais_id}
        when = at(one.placed_on)
        asked = [placed_line(line_id, line) for line_id, line in zip(line_ids, lines, strict=True)]
        events += [OrderPlaced(**said, lines=asked, occurred_at=when), OrderApproved(**said, occurred_at=when)]
        opened.append(id_)
    await outbox.append(session, events)
    await refresh(session, sorted(opened))
    refused = [Refused(key=one.key, sentence=UNSIGNED) for one in orders if one.relais_id not in may]
    return len(opened), refused
