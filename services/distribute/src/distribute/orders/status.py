"""How far an order is, and who decided about it."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """The stage that the order's devices have reached; a line may still wait for more at any of them."""

    PLACED = "placed"
    APPROVED = "approved"
    ALLOCATED = "allocated"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label_fr(self) -> str:
        return _STATUS_FR[self]

    @property
    def is_open(self) -> bool:
        """Whether its short lines may still receive devices."""
        return self in OPEN


class Side(StrEnum):
    """Who decided about an order."""

    RELAIS = "relais"
    COORDINATION = "coordination"


_STATUS_FR = {
    OrderStatus.PLACED: "À approuver",
    OrderStatus.APPROVED: "Approuvée",
    OrderStatus.ALLOCATED: "Attribuée",
    OrderStatus.SHIPPED: "En cours de livraison",
    OrderStatus.DELIVERED: "Reçue",
    OrderStatus.CLOSED: "Close",
    OrderStatus.CANCELLED: "Annulée",
}
OPEN = frozenset({OrderStatus.APPROVED, OrderStatus.ALLOCATED, OrderStatus.SHIPPED, OrderStatus.DELIVERED})
IS_OPEN = "status IN ('approved', 'allocated', 'shipped', 'delivered')"
