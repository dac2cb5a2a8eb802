"""Why what was said of a device is corrected: a closed list, as for a withdrawal."""

from enum import StrEnum


class CorrectionReason(StrEnum):
    DECLARED = "declared"
    MISREAD = "misread"
    SWAPPED = "swapped"
    PART = "part"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    CorrectionReason.DECLARED: "Le donateur a annoncé autre chose",
    CorrectionReason.MISREAD: "Mal lu ou mal tapé",
    CorrectionReason.SWAPPED: "Deux étiquettes ont été échangées",
    CorrectionReason.PART: "Une pièce a été changée",
    CorrectionReason.OTHER: "Autre raison",
}
