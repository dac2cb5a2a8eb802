"""What a till took over some entries. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from distribute.till_journal.status import Means


@dataclass(frozen=True, slots=True)
class Takings:
    """Sums of sales, gifts and corrections from one entry to another."""

    sales: int
    gifts: int
    undos: int
    amount_cents: int
    by_means: Mapping[Means, int]
    first: int | None = None  # numbers and days of its entries; none of them: nothing was written
    last: int | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def cash_cents(self) -> int:
        return self.by_means.get(Means.CASH, 0)

    def details(self) -> dict[str, Any]:
        """As a closing keeps them."""
        return {
            "sales": self.sales,
            "gifts": self.gifts,
            "undos": self.undos,
            "amount_cents": self.amount_cents,
            "by_means": {means.value: cents for means, cents in self.by_means.items() if cents},
        }


@dataclass(frozen=True, slots=True)
class LastClosing:
    """The closing of a day before: up to which entry, and the cash that stayed in the drawer."""

    through: int = 0
    left_cents: int = 0
