"""The first allocation: oldest order first. Pure: lines and counts of free devices in, shares and reasons out.

Within a line the weakest device that satisfies it goes first, so that better ones stay for those who need them. Its own
category comes before the substitutes it accepts, in the order it named them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from filiere.catalogue import Category, Grade

from distribute.allocation.wording import complete, shortfall

METHOD = "oldest_first_v1"

Free = Mapping[tuple[Category, Grade], int]


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line of an open order that lacks `short` devices."""

    line_id: UUID
    order_id: UUID
    relais_id: UUID
    category: Category
    min_grade: Grade
    substitutes: tuple[Category, ...]
    short: int


@dataclass(frozen=True, slots=True)
class Take:
    """`count` devices of one class for one line."""

    line_id: UUID
    category: Category
    grade: Grade
    count: int


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What a line gets and the French sentence that says why."""

    line: ShortLine
    takes: tuple[Take, ...]
    reason: str

    @property
    def given(self) -> int:
        return sum(take.count for take in self.takes)


def oldest_first(lines: Sequence[ShortLine], free: Free) -> list[LinePlan]:
    """Serve the lines in the given order from the free devices of each class."""
    left = dict(free)
    plans = []
    for line in lines:
        takes = tuple(_serve(line, left))
        given = sum(take.count for take in takes)
        counts = {category: sum(t.count for t in takes if t.category is category) for category in Category}
        if given == line.short:
            reason = complete(line.category, counts)
        else:
            reason = shortfall(line.category, line.min_grade, line.substitutes, counts, ready=free, left=left)
        plans.append(LinePlan(line, takes, reason))
    return plans


def _serve(line: ShortLine, left: dict[tuple[Category, Grade], int]) -> list[Take]:
    missing = line.short
    takes = []
    for category in (line.category, *line.substitutes):
        for grade in reversed(Grade):
            if not grade.at_least(line.min_grade):
                continue
            count = min(missing, left.get((category, grade), 0))
            if count:
                left[category, grade] -= count
                missing -= count
                takes.append(Take(line.line_id, category, grade, count))
    return takes
