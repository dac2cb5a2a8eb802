"""Where orders, devices and shipments stand: words that the whole service shares."""

from enum import StrEnum

from filiere.catalogue import ShownStatus
from filiere.open_words import OpenWords


class OrderStatus(OpenWords):
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
        return _ORDER_FR.get(self, self.value)

    @property
    def is_open(self) -> bool:
        """Whether its short lines may still receive devices."""
        return self in OPEN


class Side(StrEnum):
    """Who decided about an order."""

    RELAIS = "relais"
    COORDINATION = "coordination"


_ORDER_FR = {
    OrderStatus.PLACED: "À approuver",
    OrderStatus.APPROVED: "Approuvée",
    OrderStatus.ALLOCATED: "Attribuée",
    OrderStatus.SHIPPED: "En cours de livraison",
    OrderStatus.DELIVERED: "Reçue",
    OrderStatus.CLOSED: "Close",
    OrderStatus.CANCELLED: "Annulée",
}
OF_TOMORROW = ("wait", "half")
"""The chip of a word of a later release, while that one rolls out."""
REFUSED_FR = "Refusée"
"""What people call an order that the coordination cancelled before it ever approved it."""
OPEN = frozenset({OrderStatus.APPROVED, OrderStatus.ALLOCATED, OrderStatus.SHIPPED, OrderStatus.DELIVERED})
IS_OPEN = "status IN ('approved', 'allocated', 'shipped', 'delivered')"


class StockStatus(OpenWords):
    """Where a device stands here. Each device is in exactly one."""

    AVAILABLE = "available"
    HELD = "held"
    TO_CHECK = "to_check"  # taken out of a parcel: nobody orders it before somebody has looked at it
    RESERVED = "reserved"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    LENT = "lent"
    HANDED_OVER = "handed_over"
    RETURNING = "returning"
    LOST = "lost"
    WITHDRAWN = "withdrawn"

    @property
    def shown(self) -> ShownStatus | None:
        """The word people of the chain know; None where this service says more than they do."""
        return _SHOWN.get(self)

    @property
    def label_fr(self) -> str:
        return self.shown.label_fr if self.shown else _STOCK_FR.get(self, self.value)


_SHOWN = {
    StockStatus.AVAILABLE: ShownStatus.READY_TO_ORDER,
    StockStatus.SHIPPED: ShownStatus.BEING_DELIVERED,
    StockStatus.DELIVERED: ShownStatus.READY_TO_HAND_OVER,
    StockStatus.HANDED_OVER: ShownStatus.HANDED_OVER,
}
_STOCK_FR = {
    StockStatus.HELD: "Retenu",
    StockStatus.TO_CHECK: "À revoir",
    StockStatus.RESERVED: "Réservé",
    StockStatus.LENT: "Prêté",
    StockStatus.RETURNING: "En retour à l'atelier",
    StockStatus.LOST: "Perdu",
    StockStatus.WITHDRAWN: "Retiré",
}


class SwapReason(StrEnum):
    """Why a device is taken out of its parcel before the departure."""

    DAMAGED = "damaged"
    NOT_THERE = "not_there"
    WRONG = "wrong"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _SWAPS[self]


_SWAPS = {
    SwapReason.DAMAGED: "Il est abîmé",
    SwapReason.NOT_THERE: "Il n'est pas sur l'étagère",
    SwapReason.WRONG: "Ce n'est pas celui de l'étiquette",
    SwapReason.OTHER: "Autre chose",
}


class ShipmentStatus(OpenWords):
    """Where a shipment is."""

    PREPARING = "preparing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"

    @property
    def label_fr(self) -> str:
        return _SHIPMENT_FR.get(self, self.value)


_SHIPMENT_FR = {
    ShipmentStatus.PREPARING: "En préparation",
    ShipmentStatus.SHIPPED: "En route",
    ShipmentStatus.DELIVERED: "Reçu",
    ShipmentStatus.CANCELLED: "Annulé",
}
