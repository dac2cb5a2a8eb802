"""What a how-to is about, and at which steps of a device it is shown."""

from enum import StrEnum


class HowToKind(StrEnum):
    """A closed list; a workshop writes its own words under one of them."""

    BOOT = "boot"
    SETUP = "setup"
    RESET = "reset"
    OPEN = "open"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    HowToKind.BOOT: "Démarrer sur la clé USB",
    HowToKind.SETUP: "Entrer dans le BIOS",
    HowToKind.RESET: "Réinitialiser",
    HowToKind.OPEN: "Ouvrir et réparer",
    HowToKind.OTHER: "À savoir",
}

AT_STEP: dict[str, tuple[HowToKind, ...]] = {
    "media": (HowToKind.BOOT, HowToKind.SETUP, HowToKind.OTHER),
    "erase": (HowToKind.BOOT, HowToKind.SETUP, HowToKind.RESET, HowToKind.OTHER),
    "destroy": (HowToKind.BOOT, HowToKind.SETUP, HowToKind.OPEN, HowToKind.OTHER),
    "test": (HowToKind.SETUP, HowToKind.RESET, HowToKind.OTHER),
    "repair": (HowToKind.OPEN, HowToKind.SETUP, HowToKind.OTHER),
}
"""By the code of the next step; another step needs none."""
