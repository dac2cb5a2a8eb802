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

    def may_sell(self, *, for_campaign: bool) -> bool:
        """Whether its till takes money; `for_campaign`: for what was ordered for a campaign.

        What it has received stays its own: where it may not sell, it gives.
        """
        return self.sells or (self is Mode.CAMPAIGN_ONLY and for_campaign)

    @property
    def till_fr(self) -> str:
        """What its till may not do, and what to do instead."""
        return _TILL_FR.get(self, "")


_TILL_FR = {
    Mode.SELL: "Selon votre convention, votre structure vend et ne donne pas : choisissez un palier payant.",
    Mode.GIVE: "Selon votre convention, votre structure donne et ne vend pas.",
    Mode.CAMPAIGN_ONLY: "Selon votre convention, votre structure vend pour les campagnes, et donne le reste.",
    Mode.ORIENT_ONLY: "Selon votre convention, votre structure oriente et ne vend pas : ce qui lui reste se donne.",
}
_MODE_FR = {
    Mode.SELL: "Vendre à prix solidaire",
    Mode.GIVE: "Donner",
    Mode.BOTH: "Vendre et donner",
    Mode.CAMPAIGN_ONLY: "Campagnes seulement",
    Mode.ORIENT_ONLY: "Orienter seulement",
}
