"""What a donor says its devices are worth, and by which method: never computed here, never for what was refused."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from collect.settings import CollectSettings


class Method(StrEnum):
    """How the donor determined the value, under its own responsibility."""

    COST = "cost"
    BOOK = "book"
    MARKET = "market"
    ZERO = "zero"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    Method.COST: "coût de revient",
    Method.BOOK: "valeur nette comptable",
    Method.MARKET: "valeur vénale",
    Method.ZERO: "sans valeur (zéro)",
}


@dataclass(frozen=True, slots=True)
class Valuation:
    """For so many devices: another number of them asks for another value."""

    devices: int
    amount_cents: int
    method: Method
    legal_form: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The body that receives the gift, as the installation names it (BENEFICIARY_…)."""

    name: str = ""
    address: str = ""
    purpose: str = ""
    status: str = ""
    decree: str = ""

    @property
    def is_named(self) -> bool:
        return bool(self.name and self.address and self.purpose)


def beneficiary_of(settings: CollectSettings) -> Beneficiary:
    """Whom this installation names as the body that receives the gifts."""
    return Beneficiary(
        name=settings.beneficiary_name,
        address=settings.beneficiary_address,
        purpose=settings.beneficiary_purpose,
        status=settings.beneficiary_status,
        decree=settings.beneficiary_decree,
    )
