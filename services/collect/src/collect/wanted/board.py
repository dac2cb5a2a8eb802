"""What is waited for, per category and region, so that no figure tells of fewer than five people. Pure.

A device that is waited for is somebody who waits. A region with fewer than five is shown with others, as « ailleurs »,
and so is one more when those would together be fewer than five: no figure can be found by taking others away.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from filiere.catalogue import Category
from filiere.geography import UnknownTerritory, departement
from pydantic import BaseModel

from collect.devices.schemas import FEWEST_PEOPLE


class Demand(NamedTuple):
    category: Category
    territory: str
    wanted: int


class RegionWanted(BaseModel):
    region: str
    wanted: int


class Wanted(BaseModel):
    """One category. `wanted` None: fewer than five, no more is said. `elsewhere`: in regions that are not named."""

    category: Category
    wanted: int | None
    regions: list[RegionWanted]
    elsewhere: int


def board(demands: Iterable[Demand]) -> list[Wanted]:
    """Every category that is waited for, the most wanted first."""
    regions: dict[Category, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for demand in demands:
        regions[demand.category][_region(demand.territory)] += demand.wanted
    found = [_of(category, counts) for category, counts in regions.items()]
    return sorted(found, key=lambda one: (-(one.wanted or 0), one.category))


def _of(category: Category, counts: dict[str, int]) -> Wanted:
    total = sum(counts.values())
    if total < FEWEST_PEOPLE:
        return Wanted(category=category, wanted=None, regions=[], elsewhere=0)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    shown = [one for one in ordered if one[1] >= FEWEST_PEOPLE]
    elsewhere = total - sum(count for _, count in shown)
    if 0 < elsewhere < FEWEST_PEOPLE and shown:
        elsewhere += shown.pop()[1]
    regions = [RegionWanted(region=name, wanted=count) for name, count in shown]
    return Wanted(category=category, wanted=total, regions=regions, elsewhere=elsewhere)


def _region(territory: str) -> str:
    try:
        return departement(territory).region_name
    except UnknownTerritory:
        return territory
