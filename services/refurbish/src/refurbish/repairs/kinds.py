"""What is done, how it ended, what stood in the way: closed lists.

Outcomes and barriers are those of restarters.net.
"""

from enum import StrEnum


class RepairKind(StrEnum):
    """What the bench chooses from."""

    REPLACED = "replaced"
    CLEANED = "cleaned"
    TIGHTENED = "tightened"
    SOLDERED = "soldered"
    REINSTALLED = "reinstalled"
    FIRMWARE = "firmware"
    UPGRADED = "upgraded"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _KINDS_FR[self]


class Outcome(StrEnum):
    """As a repair café says it: fixed, repairable, end of life."""

    FIXED = "fixed"
    REPAIRABLE = "repairable"
    END_OF_LIFE = "end_of_life"

    @property
    def label_fr(self) -> str:
        return _OUTCOMES_FR[self]


class Barrier(StrEnum):
    """Why it is not fixed."""

    PARTS_UNAVAILABLE = "parts_unavailable"
    PARTS_TOO_EXPENSIVE = "parts_too_expensive"
    NO_WAY_TO_OPEN = "no_way_to_open"
    NO_REPAIR_INFO = "no_repair_info"
    LACK_OF_EQUIPMENT = "lack_of_equipment"

    @property
    def label_fr(self) -> str:
        return _BARRIERS_FR[self]


_KINDS_FR = {
    RepairKind.REPLACED: "Changer une pièce",
    RepairKind.CLEANED: "Nettoyer, refaire la pâte thermique",
    RepairKind.TIGHTENED: "Rebrancher, resserrer, régler",
    RepairKind.SOLDERED: "Souder",
    RepairKind.REINSTALLED: "Réinstaller le système",
    RepairKind.FIRMWARE: "Mettre à jour ou débloquer le BIOS",
    RepairKind.UPGRADED: "Ajouter de la mémoire ou un disque",
    RepairKind.OTHER: "Autre chose",
}
_OUTCOMES_FR = {
    Outcome.FIXED: "Réparé",
    Outcome.REPAIRABLE: "Pas encore, mais réparable",
    Outcome.END_OF_LIFE: "Pas réparable",
}
_BARRIERS_FR = {
    Barrier.PARTS_UNAVAILABLE: "Pièce introuvable",
    Barrier.PARTS_TOO_EXPENSIVE: "Pièce trop chère",
    Barrier.NO_WAY_TO_OPEN: "Impossible à ouvrir",
    Barrier.NO_REPAIR_INFO: "Pas de notice de réparation",
    Barrier.LACK_OF_EQUIPMENT: "Il manque l'outil",
}
