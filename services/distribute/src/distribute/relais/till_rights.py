"""What the till of a Relais may do: its statutes and the mode of its agreement."""

from datetime import date

from pydantic import BaseModel, Field

from distribute.relais.errors import AgreementForbids
from distribute.relais.mode import Mode

NO_STATUTES_FR = "Vos statuts ne vous permettent pas de vendre : donnez."


class TillRights(BaseModel, frozen=True):
    """For one thing that is handed over."""

    statutes_allow: bool
    mode: Mode | None = Field(None, description="Of the agreement in force; None where that says nothing.")
    signed_on: date | None = Field(None, description="Day of the agreement in force.")
    for_campaign: bool = Field(False, description="Ordered for a campaign.")

    @property
    def mode_sells(self) -> bool:
        return self.mode is None or self.mode.may_sell(for_campaign=self.for_campaign)

    @property
    def may_sell(self) -> bool:
        return self.statutes_allow and self.mode_sells

    @property
    def may_give(self) -> bool:
        """Whoever may not sell gives: statutes may have changed since the agreement was signed."""
        return self.mode is not Mode.SELL or not self.statutes_allow

    @property
    def limit_fr(self) -> str | None:
        """Why it may not do both."""
        if not self.statutes_allow:
            return NO_STATUTES_FR
        if self.mode is not None and not (self.may_sell and self.may_give):
            return self.mode.till_fr
        return None

    def check(self, *, is_sold: bool, on: date) -> None:
        """On the day it was handed over: what left without the network before the signature, left before it.

        What the statutes forbid is refused by whoever asks, in their words. Raises AgreementForbids.
        """
        allowed = self.mode_sells if is_sold else self.may_give
        if self.mode is not None and not allowed and not (self.signed_on is not None and on < self.signed_on):
            raise AgreementForbids(self.mode)
