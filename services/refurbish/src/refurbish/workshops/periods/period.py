"""A period as rules read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from filiere.catalogue.categories import Category

from refurbish.workshops.periods.errors import PeriodsOverlap, TooManyPeriods

MOST = 60
"""Periods that may lie ahead: one a week, and then some."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last one, both included.

    `is_closed`: nothing is taken. `capacity`: devices a week, of the categories that differ from the usual; none of a
    category is 0.
    """

    id: UUID
    first_day: date
    last_day: date
    is_closed: bool
    capacity: Mapping[Category, int]


def check_fits(new: Period, known: Sequence[Period]) -> None:
    """No day has two words. Raises PeriodsOverlap, TooManyPeriods."""
    if len(known) >= MOST:
        raise TooManyPeriods(MOST)
    for one in known:
        if one.first_day <= new.last_day and new.first_day <= one.last_day:
            raise PeriodsOverlap(one.first_day, one.last_day)
