"""What an order line may cost: every price it can lead to, quoted once and kept with the line.

A line asks for a category and a minimum grade; the device that comes may be better, and the tier is only known when the
person is there. So the line keeps the whole quoted table, and a later price list never moves it. What the Relais
accepts later is quoted on that day, and added.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from filiere.catalogue import Category, Grade, Tier, euros

from distribute.price_book import PriceBook


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
    # Whose terms these prices are, where they are not those of the list.
    campaign: str | None = None

    def to_json(self) -> list[dict[str, Any]]:
        of_campaign = {"campaign": self.campaign} if self.campaign is not None else {}
        return [asdict(price) | of_campaign for price in self.prices]

    def reduced(self, percent: int, campaign: str) -> "LineQuote":
        """What is left of every price by the terms of a campaign, to the cent below."""
        prices = tuple(
            replace(one, cents=one.cents * percent // 100, public_cents=one.public_cents * percent // 100)
            for one in self.prices
        )
        low, high = self.min_cents * percent // 100, self.max_cents * percent // 100
        return replace(self, prices=prices, min_cents=low, max_cents=high, campaign=campaign)


@dataclass(frozen=True, slots=True)
class Priced:
    """The prices that a line keeps, as they are in its row, and the range that is shown."""

    prices: list[dict[str, Any]]
    min_cents: int
    max_cents: int
    ceiling_cents: int

    @property
    def campaign(self) -> str | None:
        """Whose terms these prices are, where they are not those of a list."""
        return next((one.get("campaign") for one in self.prices), None)


@dataclass(frozen=True, slots=True)
class Price:
    """What a person pays, and the sentences that explain it."""

    cents: int
    explanation: tuple[str, ...]


def quote_line(
    book: PriceBook, category: Category, min_grade: Grade, substitutes: Sequence[Category], tier: Tier | None, on: date
) -> LineQuote:
    """Quote a line by the list in force on the day: category and substitutes, grades that satisfy it, all tiers.

    `tier` narrows the shown range only; the table stays whole, for a tier is decided person by person.
    """
    acceptable = [grade for grade in Grade if grade.at_least(min_grade)]
    prices = []
    for one in (category, *substitutes):
        for grade in acceptable:
            for each in Tier:
                private = book.quote(one, grade, each, on, False)
                public = book.quote(one, grade, each, on, True)
                prices.append(QuotedPrice(one, grade, each, private.amount_cents, public.amount_cents))
    best = book.quote(category, acceptable[0], Tier.SOLIDARY, on, True)
    shown = [
        cents
        for price in prices
        if price.category is category and tier in (None, price.tier)
        for cents in (price.cents, price.public_cents)
    ]
    return LineQuote(
        best.price_list, on, tuple(prices), min(shown), max(shown), best.ceiling_cents, best.ceiling_source
    )


def widen(line: Priced, quote: LineQuote, category: Category, min_grade: Grade, tier: Tier | None) -> Priced:
    """What a line keeps once it accepts more, or less: every price that it had, and of a quote what it had not, dated.

    Prices of what is no longer accepted stay: accepted once more, it costs what was said the first time.
    """
    had = {(one["category"], one["grade"], one["tier"]) for one in line.prices}
    dated = {"on": quote.on.isoformat(), "price_list": quote.price_list}
    more = [one | dated for one in quote.to_json() if (one["category"], one["grade"], one["tier"]) not in had]
    shown = [
        cents
        for one in (*line.prices, *more)
        if one["category"] == category and Grade(one["grade"]).at_least(min_grade) and tier in (None, one["tier"])
        for cents in (int(one["cents"]), int(one["public_cents"]))
    ]
    is_new = any(one["category"] == category for one in more)
    ceiling = max(line.ceiling_cents, quote.ceiling_cents) if is_new else line.ceiling_cents
    return Priced([*line.prices, *more], min(shown), max(shown), ceiling)


def price_of(
    book: PriceBook,
    prices: Sequence[dict[str, Any]],
    category: Category,
    grade: Grade,
    tier: Tier,
    *,
    public_origin: bool,
    on: date,
) -> Price:
    """The price kept on a line for a device. Raises LookupError when the line never quoted such a device.

    `on` is the day of the order, the day of the quote unless the price tells its own; it only finds the words that
    explain the amount.
    """
    for price in prices:
        if (price["category"], price["grade"], price["tier"]) == (category.value, grade.value, tier.value):
            cents = int(price["public_cents"] if public_origin else price["cents"])
            if price.get("campaign"):
                return Price(cents, (f"Prix de la campagne « {price['campaign']} » : {euros(cents)}.",))
            accepted_on = date.fromisoformat(price["on"]) if "on" in price else None
            quoted = book.quote(category, grade, tier, accepted_on or on, public_origin)
            if quoted.amount_cents == cents:
                return Price(cents, tuple(quoted.explanation_fr))
            when = f"le {accepted_on:%d/%m/%Y}" if accepted_on else f"à la commande, le {on:%d/%m/%Y}"
            return Price(cents, (f"Prix fixé {when} : {euros(cents)}.",))
    raise LookupError(f"no quoted price for {category.value} {grade.value} {tier.value}")


def range_fr(low: int, high: int) -> str:
    """« de 0 à 60 € », « 30 € »."""
    if low == high:
        return euros(low)
    return f"de {euros(low).removesuffix('€').strip()} à {euros(high)}"
