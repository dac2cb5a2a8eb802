"""Why a repère was erased."""

from enum import StrEnum


class Cause(StrEnum):
    RETENTION = "retention"
    REQUEST = "request"

    @property
    def label_fr(self) -> str:
        return _LABELS[self]


_LABELS = {Cause.RETENTION: "Deux ans sans contact", Cause.REQUEST: "À la demande de la personne"}
