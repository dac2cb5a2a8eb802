"""What there is to order: free devices by category, grade and battery, what each is good for, and its prices."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from filiere.catalogue import Battery, Category, Grade, Tier
from filiere.database import AsyncReadSession, AsyncSession

from distribute.campaigns.in_force import campaigns_in_force
from distribute.price_book import PriceBook
from distribute.price_lists.service import price_book
from distribute.stock.repository import StockRepository
from distribute.stock.uses import USES


class Row(NamedTuple):
    """One category and grade. `prices` per tier in euro cents; `batteries`: state → free devices."""

    grade: Grade
    use: str
    free: int
    batteries: Mapping[Battery, int]
    prices: Mapping[Tier, int]


class Shelf(NamedTuple):
    """One category; `ceiling_source` names the rule that bounds its prices."""

    category: Category
    free: int
    ceiling_cents: int
    ceiling_source: str
    rows: Sequence[Row]


async def shelves(session: AsyncReadSession | AsyncSession, on: date) -> list[Shelf]:
    """All categories, those with something free first; what is set aside for a campaign is not counted."""
    free: dict[tuple[Category, Grade], Counter[Battery]] = {}
    campaigns = await campaigns_in_force(session, on)
    for one in await StockRepository.from_session(session).free_by_battery():
        if one.campaign is None or one.campaign not in campaigns:
            free.setdefault((one.category, one.grade), Counter())[one.battery] += one.devices
    book = await price_book(session)
    found = [_shelf(book, category, free, on) for category in Category]
    return sorted(found, key=lambda shelf: not shelf.free)


def _shelf(
    book: PriceBook, category: Category, free: Mapping[tuple[Category, Grade], Counter[Battery]], on: date
) -> Shelf:
    best = book.quote(category, Grade.PREMIUM, Tier.SOLIDARY, on, True)
    rows = [
        Row(
            grade,
            USES[category][grade],
            sum(batteries.values()),
            # Not measured, or none to measure: nothing to tell.
            {state: batteries[state] for state in (Battery.GOOD, Battery.FAIR, Battery.WORN) if batteries[state]},
            {tier: book.quote(category, grade, tier, on, True).amount_cents for tier in Tier},
        )
        for grade in Grade
        for batteries in [free.get((category, grade), Counter())]
    ]
    return Shelf(category, sum(row.free for row in rows), best.ceiling_cents, best.ceiling_source, rows)
