"""How long devices wait at a workshop: what lies ahead by what it takes, day by day where days differ. Pure."""

from datetime import date, timedelta

from filiere.calendar import today

from collect.workshops.incoming import CapacityPeriod
from collect.workshops.schemas import WorkshopOut

DAYS = 7


def weeks_until(workshop: WorkshopOut, category: str, devices: int, day: date | None = None) -> float:
    """Weeks from `day` (today) until so many devices of a category are done. It treats the category.

    A day takes a seventh of its week's capacity; closed, it takes nothing.
    """
    usual = workshop.capacity[category]
    first = day or today() if workshop.periods else date.min
    changed = [one for one in workshop.periods if one.last_day >= first and _differs(one, category)]
    left, passed = float(devices), 0
    if changed:
        last = max(one.last_day for one in changed)
        while first + timedelta(days=passed) <= last:
            taken = _capacity_on(first + timedelta(days=passed), changed, category, usual) / DAYS
            if 0 < left <= taken or left == 0:
                return (passed + (left / taken if left else 0)) / DAYS
            left -= taken
            passed += 1
    return passed / DAYS + left / usual


def periods_within(
    workshop: WorkshopOut, categories: list[str], weeks: float, day: date | None = None
) -> list[CapacityPeriod]:
    """The days that make the wait of these categories what it is: those that fall into it, the first ones first."""
    if not workshop.periods:
        return []
    first = day or today()
    end = first + timedelta(days=min(weeks * DAYS, 3_660))
    return [
        one
        for one in sorted(workshop.periods, key=lambda one: one.first_day)
        if one.first_day <= end and one.last_day >= first and any(_differs(one, name) for name in categories)
    ]


def _differs(period: CapacityPeriod, category: str) -> bool:
    return period.is_closed or category in period.capacity


def _capacity_on(day: date, periods: list[CapacityPeriod], category: str, usual: int) -> int:
    for one in periods:
        if one.first_day <= day <= one.last_day:
            return 0 if one.is_closed else one.capacity[category]
    return usual
