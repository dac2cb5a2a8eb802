"""Waste codes of electrical equipment: décision 2000/532/CE, as Trackdéchets lists them (WASTES.ts).

Which of them a given pile has is for whoever hands it over to say: nothing is concluded from a device.
"""

from enum import StrEnum


class WasteCode(StrEnum):
    """A starred code is a hazardous one."""

    DISCARDED_HAZARDOUS = "16 02 13*"
    DISCARDED = "16 02 14"
    PARTS_HAZARDOUS = "16 02 15*"
    PARTS = "16 02 16"
    HOUSEHOLD_HAZARDOUS = "20 01 35*"
    HOUSEHOLD = "20 01 36"

    @property
    def is_hazardous(self) -> bool:
        return self.value.endswith("*")

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    WasteCode.DISCARDED_HAZARDOUS: "Équipements au rebut avec composants dangereux",
    WasteCode.DISCARDED: "Équipements au rebut, non dangereux",
    WasteCode.PARTS_HAZARDOUS: "Composants dangereux retirés",
    WasteCode.PARTS: "Composants retirés, non dangereux",
    WasteCode.HOUSEHOLD_HAZARDOUS: "Équipements de ménages avec composants dangereux",
    WasteCode.HOUSEHOLD: "Équipements de ménages, autres",
}
