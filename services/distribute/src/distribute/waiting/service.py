"""The pace at which lines are served now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession

from distribute.waiting.estimates import WEEKS, Pace
from distribute.waiting.repository import ClassPace, WaitingRepository


@dataclass(frozen=True)
class Paces:
    """What arrives and what is waited for, of all categories."""

    classes: Sequence[ClassPace]
    wanted: Mapping[Category, int]

    def of(self, category: Category, min_grade: Grade, substitutes: Collection[Category]) -> Pace:
        """For a line that accepts these."""
        accepted = {category, *substitutes}
        fitting = [one for one in self.classes if one.category in accepted and one.grade.at_least(min_grade)]
        return Pace(
            sum(one.free for one in fitting),
            sum(one.arrived for one in fitting),
            sum(self.wanted.get(one, 0) for one in accepted),
        )


async def paces(session: AsyncReadSession | AsyncSession) -> Paces:
    """As of now."""
    repository = WaitingRepository.from_session(session)
    return Paces(await repository.classes(WEEKS), await repository.wanted())
