"""Closed lists of words about devices that come back: no text, so that nobody writes about a person."""

from enum import StrEnum


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
