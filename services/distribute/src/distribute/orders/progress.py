"""The thread of an order: ordered, promised, sent, received, handed over."""

from collections.abc import Mapping
from typing import Literal

from filiere.web import Bead
from filiere.web.formats import short_day

from distribute.orders.schemas import OrderOut
from distribute.statuses import OF_TOMORROW, OrderStatus, StockStatus

_CHIP = {
    OrderStatus.PLACED: ("info", "open"),
    OrderStatus.APPROVED: ("wait", "open"),
    OrderStatus.ALLOCATED: ("wait", "half"),
    OrderStatus.SHIPPED: ("info", "half"),
    OrderStatus.DELIVERED: ("ok", "open"),
    OrderStatus.CLOSED: ("ok", "done"),
    OrderStatus.CANCELLED: ("stop", "cross"),
}


def chip(status: OrderStatus) -> tuple[str, str]:
    """The kind and the mark of its chip."""
    return _CHIP.get(status, OF_TOMORROW)


def order_thread(order: OrderOut, counts: Mapping[str, int], *, fewer: int = 0) -> list[Bead]:
    """Beads with the number of devices that reached each step; `counts` are the order's devices per status, `fewer` the
    pieces that the coordination took off: they were ordered all the same."""
    if order.status is OrderStatus.CANCELLED and order.cancelled_at:
        day = short_day(order.cancelled_at)
        ended = Bead("refusée", day, "stopped") if order.is_refused else Bead("annulée", day, "stopped")
        return [Bead("commandée", short_day(order.placed_at), "done"), ended]
    handed = counts.get(StockStatus.HANDED_OVER, 0)
    delivered = handed + counts.get(StockStatus.DELIVERED, 0) + counts.get(StockStatus.LENT, 0)
    shipped = delivered + counts.get(StockStatus.SHIPPED, 0)
    promised = shipped + counts.get(StockStatus.RESERVED, 0)
    beads = [Bead("commandés", order.requested + fewer, "done", short_day(order.placed_at))]
    approved = order.approved_at
    beads.append(Bead("approuvés", order.requested if approved else None, "done" if approved else "now",
                      short_day(approved) if approved else ""))  # fmt: skip
    is_behind = approved is None
    steps = (
        ("attribués", promised, order.allocated_at),
        ("partis", shipped, order.shipped_at),
        ("reçus", delivered, order.delivered_at),
        ("remis", handed, None),
    )
    state: Literal["done", "now", "todo"]
    for label, count, when in steps:
        if is_behind:
            state = "todo"
        elif count >= order.requested:
            state = "done"
        else:
            state = "now"
            is_behind = True
        beads.append(Bead(label, count, state, short_day(when) if when and count else ""))
    return beads
