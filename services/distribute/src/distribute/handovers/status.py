"""How a device leaves the till."""

from enum import StrEnum


class HandoverKind(StrEnum):
    """How a device left: with a price or without."""

    SOLD = "sold"
    GIVEN = "given"

    @property
    def label_fr(self) -> str:
        return "vendu" if self is HandoverKind.SOLD else "donné"
