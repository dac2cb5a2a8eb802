"""The published price lists, to quote any day from: what was in force then, explained. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from filiere.catalogue import Category, Grade, Tier
from filiere.catalogue.datafiles import in_force
from filiere.catalogue.prices import Quote, quote_from
from filiere.catalogue.pricing_files import Ceilings, PriceList, ceilings


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Every published list. One begins on its day and ends where the next one begins."""

    lists: Sequence[PriceList]

    def in_force(self, on: date) -> PriceList:
        """The list of a day. Raises NothingInForce when the day precedes every list."""
        return in_force(self.lists, on, "liste de prix")

    def quote(self, category: Category, grade: Grade, tier: Tier, on: date, public_origin: bool) -> Quote:
        """The price of a device on a day, never above its ceiling. Raises NothingInForce."""
        return quote_from(self.in_force(on), ceilings_on(on), category, grade, tier, public_origin=public_origin)


def ceilings_on(on: date) -> Ceilings:
    """The highest prices that law and network allow on a day. Raises NothingInForce."""
    return in_force(ceilings().values(), on, "plafonds de prix")
