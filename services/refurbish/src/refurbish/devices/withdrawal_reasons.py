"""Why a device is given up: a closed list, for the donor reads it and the log keeps it a year.

What people type would name somebody sooner or later, and nothing takes it back from a log.
"""

from enum import StrEnum


class WithdrawalReason(StrEnum):
    """What the bench chooses from. Only what is chosen is stored and sent; there is no field to write in."""

    NO_START = "no_start"
    BOARD = "board"
    SCREEN = "screen"
    BATTERY = "battery"
    CASE = "case"
    LIQUID = "liquid"
    PARTS = "parts"
    LOCKED = "locked"
    DATA = "data"
    OLD = "old"
    COST = "cost"
    OTHER = "other"
    DUPLICATE = "duplicate"  # by merging it into the device that it is; never chosen by itself
    MISCOUNTED = "miscounted"  # received as surplus, and was not there; by taking its arrival back

    @property
    def label_fr(self) -> str:
        """The button."""
        return _FRENCH[self]

    @classmethod
    def chosen(cls) -> "list[WithdrawalReason]":
        """Those that the bench chooses from."""
        return [reason for reason in cls if reason not in {cls.DUPLICATE, cls.MISCOUNTED}]

    @property
    def sentence(self) -> str:
        """What the donor reads."""
        return f"{self.label_fr}."


_FRENCH = {
    WithdrawalReason.NO_START: "Ne démarre plus",
    WithdrawalReason.BOARD: "Carte mère hors service",
    WithdrawalReason.SCREEN: "Écran cassé",
    WithdrawalReason.BATTERY: "Batterie gonflée ou hors service",
    WithdrawalReason.CASE: "Coque ou clavier cassés",
    WithdrawalReason.LIQUID: "A pris l'eau ou un choc",
    WithdrawalReason.PARTS: "Des pièces manquent",
    WithdrawalReason.LOCKED: "Verrouillé par un compte ou un mot de passe",
    WithdrawalReason.DATA: "Données impossibles à effacer",
    WithdrawalReason.OLD: "Trop ancien pour resservir",
    WithdrawalReason.COST: "Réparation trop chère",
    WithdrawalReason.OTHER: "Autre panne sans réparation possible",
    WithdrawalReason.MISCOUNTED: "Compté par erreur à l'arrivée : il n'y a rien de plus",
    WithdrawalReason.DUPLICATE: "Déclaré deux fois : la même machine est comptée ailleurs",
}
