"""What a slip is for, and where it stands."""

from enum import StrEnum

from filiere.catalogue import Category


class Wanted(StrEnum):
    """A kind of equipment, or a top-up."""

    BASIC_PHONE = "basic_phone"
    SMARTPHONE = "smartphone"
    TABLET = "tablet"
    LAPTOP = "laptop"
    DESKTOP = "desktop"
    MONITOR = "monitor"
    PRINTER = "printer"
    TOPUP = "topup"

    @property
    def label_fr(self) -> str:
        return "recharge" if self is Wanted.TOPUP else Category(self.value).label_fr


class SlipState(StrEnum):
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def label_fr(self) -> str:
        return _STATE_FR[self]


_STATE_FR = {
    SlipState.OPEN: "Pas encore utilisé",
    SlipState.USED: "Utilisé",
    SlipState.EXPIRED: "Expiré",
    SlipState.REVOKED: "Annulé",
}
