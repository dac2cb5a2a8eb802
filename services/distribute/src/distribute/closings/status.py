"""Why the cash is not what the journal expects: a closed list, kept for years."""

from enum import StrEnum


class DifferenceReason(StrEnum):
    """What people know of a difference."""

    CHANGE = "change"
    FLOAT = "float"
    MEANS = "means"
    LOST = "lost"
    UNKNOWN = "unknown"

    @property
    def label_fr(self) -> str:
        return _REASON_FR[self]


_REASON_FR = {
    DifferenceReason.CHANGE: "erreur de rendu de monnaie",
    DifferenceReason.FLOAT: "fond de caisse mal compté",
    DifferenceReason.MEANS: "paiement noté avec un autre moyen",
    DifferenceReason.LOST: "perte ou vol",
    DifferenceReason.UNKNOWN: "raison inconnue",
}
