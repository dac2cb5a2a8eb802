"""What an order line may cost: every price it can lead to, quoted once and kept with the line.

A line asks for a category and a minimum grade; the device that comes may be better, and the tier is only known when the
person is there. So the line keeps the whole quoted table, and a later price list never moves it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from filiere.catalogue import Category, Grade, Tier, euros, quote


@dataclass(frozen=True, slots=True)
class QuotedPrice:
    """Price of one category × grade × tier in euro cents; `public_cents` when a public body gave the device."""

    category: Category
    grade: Grade
    tier: Tier
    cents: int
    public_cents: int


@dataclass(frozen=True, slots=True)
class LineQuote:
    """The prices of one line on the day of its order. The range runs over the line's own category, gifts included."""

    price_list: str
    on: date
    prices: tuple[QuotedPrice, ...]
    min_cents: int
    max_cents: int
    ceiling_cents: int
    ceiling_source: str

    def to_json(self) -> list[dict[str, Any]]:
        return [asdict(price) for price in self.prices]


@dataclass(frozen=True, slots=True)
class Price:
    """What a person pays, and the sentences that explain it."""

    cents: int
    explanation: tuple[str, ...]


def quote_line(
    category: Category, min_grade: Grade, substitutes: Sequence[Category], tier: Tier | None, on: date
) -> LineQuote:
    """Quote a line: its category and its substitutes, every grade that satisfies it, every tier.

    `tier` narrows the shown range only; the table stays whole, for a tier is decided person by person.
    """
    acceptable = [grade for grade in Grade if grade.at_least(min_grade)]
    prices = []
    for one in (category, *substitutes):
        for grade in acceptable:
            for each in Tier:
                private = quote(one, grade, each, on, False)
                public = quote(one, grade, each, on, True)
                prices.append(QuotedPrice(one, grade, each, private.amount_cents, public.amount_cents))
    best = quote(category, acceptable[0], Tier.SOLIDARY, on, True)
    shown = [
        cents
        for price in prices
        if price.category is category and tier in (None, price.tier)
        for cents in (price.cents, price.public_cents)
    ]
    return LineQuote(
        best.price_list, on, tuple(prices), min(shown), max(shown), best.ceiling_cents, best.ceiling_source
    )


def price_of(
    prices: Sequence[dict[str, Any]], category: Category, grade: Grade, tier: Tier, *, public_origin: bool, on: date
) -> Price:
    """The price kept on a line for a device. Raises LookupError when the line never quoted such a device.

    `on` is the day of the quote; it only finds the words that explain the amount.
    """
    for price in prices:
        if (price["category"], price["grade"], price["tier"]) == (category.value, grade.value, tier.value):
            cents = int(price["public_cents"] if public_origin else price["cents"])
            said = quote(category, grade, tier, on, public_origin)
            if said.amount_cents == cents:
                return Price(cents, tuple(said.explanation_fr))
            return Price(cents, (f"Prix fixé à la commande, le {on:%d/%m/%Y} : {euros(cents)}.",))
    raise LookupError(f"no quoted price for {category.value} {grade.value} {tier.value}")


def range_fr(low: int, high: int) -> str:
    """« de 0 à 60 € », « 30 € »."""
    if low == high:
        return euros(low)
    return f"de {euros(low).removesuffix('€').strip()} à {euros(high)}"
