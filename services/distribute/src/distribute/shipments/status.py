"""Where a shipment is."""

from enum import StrEnum


class ShipmentStatus(StrEnum):
    """Where a shipment is."""

    PREPARING = "preparing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"

    @property
    def label_fr(self) -> str:
        return _STATUS_FR[self]


_STATUS_FR = {
    ShipmentStatus.PREPARING: "En préparation",
    ShipmentStatus.SHIPPED: "En route",
    ShipmentStatus.DELIVERED: "Reçu",
    ShipmentStatus.CANCELLED: "Annulé",
}
