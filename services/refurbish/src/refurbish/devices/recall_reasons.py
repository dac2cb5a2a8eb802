"""Why a ready device comes back to the bench: a closed list, as for a withdrawal, for the log keeps it a year."""

from enum import StrEnum


class RecallReason(StrEnum):
    """What the bench chooses from. Only what is chosen is stored and sent."""

    FAULT = "fault"
    BATTERY = "battery"
    SCREEN = "screen"
    PARTS = "parts"
    SYSTEM = "system"
    LOCKED = "locked"
    GRADE = "grade"
    MISTAKE = "mistake"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        """The button."""
        return _FRENCH[self]

    @property
    def sentence(self) -> str:
        """What the chain reads."""
        return f"{self.label_fr}."


_FRENCH = {
    RecallReason.FAULT: "Une panne est apparue",
    RecallReason.BATTERY: "La batterie ne tient plus",
    RecallReason.SCREEN: "L'écran ou la coque sont abîmés",
    RecallReason.PARTS: "Il manque une pièce",
    RecallReason.SYSTEM: "Le système est à réinstaller",
    RecallReason.LOCKED: "Un compte ou un mot de passe le verrouille",
    RecallReason.GRADE: "Sa catégorie est à revoir",
    RecallReason.MISTAKE: "Déclaré prêt par erreur",
    RecallReason.OTHER: "Autre chose à revoir",
}
