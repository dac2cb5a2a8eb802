"""What Relais received on what they asked for, over the months that the rule looks back."""

from collections import Counter
from datetime import date
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import months_before, start_of
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.geography import LocalityClass, locality_of_address

from distribute.engine import policy_on
from distribute.served.repository import ServedRepository

# Figures about fewer would tell of one of them.
FEWEST_TOLD = 5


class Served(NamedTuple):
    """Devices promised in the months and kept, and those and what open lines still lack."""

    served: int
    asked: int

    @property
    def percent(self) -> int:
        """Whole percents, rounded down: 100 means everything."""
        return 100 * self.served // self.asked


class LocalityShare(NamedTuple):
    """The share served in a locality class; None when too few Relais asked for something there."""

    locality: LocalityClass
    percent: int | None


async def own(session: AsyncReadSession | AsyncSession, scope: Scope, on: date) -> dict[UUID, Served]:
    """What each of these Relais was served; those that asked for nothing are left out."""
    found = await ServedRepository.from_session(session).own(scope, start_of(since(on)))
    return {relais_id: Served(*counts) for relais_id, counts in found.items() if counts[1]}


async def by_locality(session: AsyncReadSession | AsyncSession, on: date) -> list[LocalityShare]:
    """The share served in each locality class, all devices together, from the densest to the most isolated."""
    relais: Counter[LocalityClass] = Counter()
    served: Counter[LocalityClass] = Counter()
    asked: Counter[LocalityClass] = Counter()
    for one in await ServedRepository.from_session(session).by_address(start_of(since(on))):
        locality = locality_of_address(one.insee, one.postcode)
        relais[locality] += one.relais
        served[locality] += one.served
        asked[locality] += one.asked
    return [
        LocalityShare(one, Served(served[one], asked[one]).percent if relais[one] >= FEWEST_TOLD else None)
        for one in LocalityClass
    ]


async def by_month(
    session: AsyncReadSession | AsyncSession, on: date, months: int = 12
) -> dict[date, dict[LocalityClass, int | None]]:
    """The share served of what was ordered in each month, by locality class, the newest month first; None when fewer
    than five Relais ordered there."""
    first = months_before(on.replace(day=1), months - 1)
    relais: Counter[tuple[date, LocalityClass]] = Counter()
    served: Counter[tuple[date, LocalityClass]] = Counter()
    asked: Counter[tuple[date, LocalityClass]] = Counter()
    for month, one in await ServedRepository.from_session(session).by_month(start_of(first)):
        place = (month, locality_of_address(one.insee, one.postcode))
        relais[place] += one.relais
        served[place] += one.served
        asked[place] += one.asked
    return {
        month: {
            one: Served(served[month, one], asked[month, one]).percent if relais[month, one] >= FEWEST_TOLD else None
            for one in LocalityClass
        }
        for month in sorted({month for month, _ in relais}, reverse=True)
    }


def since(on: date) -> date:
    """The first day that counts."""
    return months_before(on, policy_on(on).window_months)
