"""Closed lists of words about recalls."""

from enum import StrEnum

from distribute.statuses import StockStatus


class What(StrEnum):
    """What a recall takes back: all that came in one lot, all of one model, or one device that its workshop stops."""

    LOT = "lot"
    MODEL = "model"
    DEVICE = "device"

    @property
    def label_fr(self) -> str:
        return _WHATS[self]


class RecallReason(StrEnum):
    """Why: no text, for Relais and workshops read it in their letters."""

    SAFETY = "safety"
    DATA = "data"
    FAULT = "fault"
    SOFTWARE = "software"

    @property
    def label_fr(self) -> str:
        return _REASONS[self]


class Place(StrEnum):
    """Where a device that is recalled is."""

    STOCK = "stock"
    ROAD = "road"
    RELAIS = "relais"
    PERSON = "person"
    BACK = "back"
    LOST = "lost"

    @property
    def label_fr(self) -> str:
        return _PLACES[self]

    @property
    def is_outside(self) -> bool:
        """Whether somebody has to bring it back."""
        return self in (Place.ROAD, Place.RELAIS, Place.PERSON)


PLACE_OF = {
    StockStatus.AVAILABLE: Place.STOCK,
    StockStatus.HELD: Place.STOCK,
    StockStatus.TO_CHECK: Place.STOCK,
    StockStatus.RESERVED: Place.STOCK,
    StockStatus.SHIPPED: Place.ROAD,
    StockStatus.DELIVERED: Place.RELAIS,
    StockStatus.LENT: Place.RELAIS,
    StockStatus.HANDED_OVER: Place.PERSON,
    StockStatus.RETURNING: Place.BACK,
    StockStatus.WITHDRAWN: Place.BACK,
    StockStatus.LOST: Place.LOST,
}
_WHATS = {What.LOT: "Tout son lot", What.MODEL: "Tout son modèle", What.DEVICE: "Cet équipement seul"}
BY_HAND = (What.LOT, What.MODEL)
"""What the coordination recalls; one device alone is stopped by its workshop, and its recall ends when that has it."""
_REASONS = {
    RecallReason.SAFETY: "Il peut être dangereux : ne l'utilisez plus, ne le chargez plus",
    RecallReason.DATA: "Il faut l'effacer de nouveau",
    RecallReason.FAULT: "Une panne est connue",
    RecallReason.SOFTWARE: "Son système est à refaire",
}
_PLACES = {
    Place.STOCK: "À l'atelier",
    Place.ROAD: "En route vers un Relais",
    Place.RELAIS: "Dans un Relais",
    Place.PERSON: "Chez une personne",
    Place.BACK: "Rapporté",
    Place.LOST: "Perdu en route",
}
