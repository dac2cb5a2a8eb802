"""What a Relais does, as its agreement says."""

from enum import StrEnum


class Mode(StrEnum):
    SELL = "sell"
    GIVE = "give"
    BOTH = "both"
    CAMPAIGN_ONLY = "campaign_only"
    ORIENT_ONLY = "orient_only"

    @property
    def label_fr(self) -> str:
        return _MODE_FR[self]

    @property
    def sells(self) -> bool:
        """Whether it needs statutes that allow it."""
        return self in (Mode.SELL, Mode.BOTH)


_MODE_FR = {
    Mode.SELL: "Vendre à prix solidaire",
    Mode.GIVE: "Donner",
    Mode.BOTH: "Vendre et donner",
    Mode.CAMPAIGN_ONLY: "Campagnes seulement",
    Mode.ORIENT_ONLY: "Orienter seulement",
}
