"""What may be seen of a device when it arrives."""

from enum import StrEnum


class RemarkKind(StrEnum):
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"
    OTHER_MODEL = "other_model"

    @property
    def label_fr(self) -> str:
        """The button."""
        return _FRENCH[self]


_FRENCH = {
    RemarkKind.DAMAGED: "Il est abîmé",
    RemarkKind.INCOMPLETE: "Il manque quelque chose (chargeur, pièce)",
    RemarkKind.OTHER_MODEL: "C'est un autre modèle que prévu",
}
