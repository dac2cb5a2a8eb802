"""Closed lists of words about devices that come back: no text, so that nobody writes about a person."""

from enum import StrEnum


class Fault(StrEnum):
    """What does not work."""

    POWER = "power"
    SCREEN = "screen"
    KEYBOARD = "keyboard"
    STORAGE = "storage"
    SOUND = "sound"
    NETWORK = "network"
    BATTERY = "battery"
    SYSTEM = "system"
    DROPPED = "dropped"
    RECALLED = "recalled"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _FAULTS[self]

    @property
    def is_covered(self) -> bool:
        """Whether the guarantee covers it: the receipt names what it does not."""
        return self not in (Fault.BATTERY, Fault.SYSTEM, Fault.DROPPED)


class Way(StrEnum):
    """What the Relais does."""

    SWAP = "swap"
    NETWORK = "network"
    REPAIR = "repair"
    REFUND = "refund"

    @property
    def label_fr(self) -> str:
        return _WAYS[self]


class CaseOutcome(StrEnum):
    """How it ended for whoever had the device."""

    SWAPPED = "swapped"
    REPAIRED = "repaired"
    REFUNDED = "refunded"
    CLOSED = "closed"

    @property
    def label_fr(self) -> str:
        return _OUTCOMES[self]

    @property
    def hands_over(self) -> bool:
        """Whether a device was handed over for it."""
        return self in (CaseOutcome.SWAPPED, CaseOutcome.REPAIRED)


class Payer(StrEnum):
    """Who pays for what a case costs."""

    NETWORK = "network"
    WORKSHOP = "workshop"
    STRUCTURE = "structure"
    PERSON = "person"
    BOTH = "both"
    NOBODY = "nobody"

    @property
    def label_fr(self) -> str:
        return _PAYERS[self]


# Of a case under guarantee: the person never pays for it.
UNDER_GUARANTEE = (Payer.NETWORK, Payer.WORKSHOP)


_FAULTS = {
    Fault.POWER: "Il ne s'allume plus",
    Fault.SCREEN: "L'écran",
    Fault.KEYBOARD: "Le clavier, la souris ou le tactile",
    Fault.STORAGE: "Il perd ce qu'on y garde",
    Fault.SOUND: "Le son, le micro ou la caméra",
    Fault.NETWORK: "Le wifi ou le réseau",
    Fault.BATTERY: "La batterie",
    Fault.SYSTEM: "Un programme, un réglage ou un mot de passe",
    Fault.DROPPED: "Il est tombé ou mouillé",
    Fault.RECALLED: "Rappelé par la coordination",
    Fault.OTHER: "Autre chose",
}
_WAYS = {
    Way.SWAP: "Échanger tout de suite",
    Way.NETWORK: "Échanger avec le stock du réseau",
    Way.REPAIR: "Faire réparer",
    Way.REFUND: "Rembourser",
}
_OUTCOMES = {
    CaseOutcome.SWAPPED: "Échangé",
    CaseOutcome.REPAIRED: "Réparé et rendu",
    CaseOutcome.REFUNDED: "Remboursé",
    CaseOutcome.CLOSED: "Clos sans suite",
}
_PAYERS = {
    Payer.NETWORK: "Le réseau",
    Payer.WORKSHOP: "L'atelier",
    Payer.STRUCTURE: "La structure",
    Payer.PERSON: "La personne",
    Payer.BOTH: "La structure et la personne",
    Payer.NOBODY: "Personne n'a payé",
}
