"""What a part is, and where it comes from: closed lists."""

from enum import StrEnum


class PartKind(StrEnum):
    """What is changed in practice, for all categories together."""

    BATTERY = "battery"
    SCREEN = "screen"
    KEYBOARD = "keyboard"
    TOUCHPAD = "touchpad"
    MEMORY = "memory"
    SSD = "ssd"
    HDD = "hdd"
    STORAGE = "storage"
    CHARGER = "charger"
    POWER_SUPPLY = "power_supply"
    FAN = "fan"
    CAMERA = "camera"
    SPEAKER = "speaker"
    WIRELESS = "wireless"
    PORT = "port"
    HINGE = "hinge"
    CASE = "case"
    CABLE = "cable"
    BOARD = "board"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _KINDS_FR[self]

    @property
    def is_disk(self) -> bool:
        """It may hold somebody's data."""
        return self in (PartKind.SSD, PartKind.HDD, PartKind.STORAGE)


class Origin(StrEnum):
    """A harvested part names the device it came from."""

    BOUGHT = "bought"
    HARVESTED = "harvested"

    @property
    def label_fr(self) -> str:
        return _ORIGINS_FR[self]


_KINDS_FR = {
    PartKind.BATTERY: "Batterie",
    PartKind.SCREEN: "Écran ou dalle",
    PartKind.KEYBOARD: "Clavier",
    PartKind.TOUCHPAD: "Pavé tactile",
    PartKind.MEMORY: "Barrette mémoire",
    PartKind.SSD: "Disque SSD",
    PartKind.HDD: "Disque dur",
    PartKind.STORAGE: "Disque, autre",
    PartKind.CHARGER: "Chargeur",
    PartKind.POWER_SUPPLY: "Alimentation",
    PartKind.FAN: "Ventilateur",
    PartKind.CAMERA: "Caméra",
    PartKind.SPEAKER: "Haut-parleur ou micro",
    PartKind.WIRELESS: "Carte Wi-Fi",
    PartKind.PORT: "Port ou connecteur",
    PartKind.HINGE: "Charnière",
    PartKind.CASE: "Coque ou cache",
    PartKind.CABLE: "Nappe ou câble",
    PartKind.BOARD: "Carte mère",
    PartKind.OTHER: "Autre pièce",
}
_ORIGINS_FR = {Origin.BOUGHT: "Achetée", Origin.HARVESTED: "Récupérée"}
