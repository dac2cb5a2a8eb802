"""How a device leaves the till, and what opened its tier."""

from enum import StrEnum


class HandoverKind(StrEnum):
    """How a device left: with a price or without."""

    SOLD = "sold"
    GIVEN = "given"

    @property
    def label_fr(self) -> str:
        return "vendu" if self is HandoverKind.SOLD else "donné"


class Criterion(StrEnum):
    """What a solidarity price was opened by. Local rules say which brackets; the document stays with the person."""

    FAMILY_QUOTIENT = "family_quotient"
    LEFT_TO_LIVE = "left_to_live"
    ATTESTATION = "attestation"

    @property
    def label_fr(self) -> str:
        return _CRITERION_FR[self]


_CRITERION_FR = {
    Criterion.FAMILY_QUOTIENT: "quotient familial",
    Criterion.LEFT_TO_LIVE: "reste à vivre",
    Criterion.ATTESTATION: "attestation d'un travailleur social",
}
