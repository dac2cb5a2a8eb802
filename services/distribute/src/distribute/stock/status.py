"""Where a device stands in distribute."""

from enum import StrEnum


class StockStatus(StrEnum):
    """Where a device stands here. Each device is in exactly one."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"

    @property
    def label_fr(self) -> str:
        return _STATUS_FR[self]


_STATUS_FR = {
    StockStatus.AVAILABLE: "Prêt à commander",
    StockStatus.RESERVED: "Réservé",
    StockStatus.SHIPPED: "En cours de livraison",
    StockStatus.DELIVERED: "Prêt à distribuer",
    StockStatus.HANDED_OVER: "Distribué",
    StockStatus.WITHDRAWN: "Retiré",
}
