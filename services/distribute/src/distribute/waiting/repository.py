"""SQL of what arrives and what is waited for, per category and grade."""

from typing import NamedTuple

from filiere.catalogue import Category, Grade
from filiere.database import Repository

_BY_CLASS = """
SELECT category, grade, count(*) FILTER (WHERE status = 'available' AND campaign IS NULL)::int,
       count(*) FILTER (WHERE ready_at > now() - make_interval(weeks => $1))::int
FROM stock_item
WHERE status = 'available' OR (status <> 'withdrawn' AND ready_at > now() - make_interval(weeks => $1))
GROUP BY 1, 2
"""


class ClassPace(NamedTuple):
    """Devices of one category and grade."""

    category: Category
    grade: Grade
    free: int
    arrived: int


# every tenant: the pace of the network, no row of anybody's
class WaitingRepository(Repository):
    async def classes(self, weeks: int) -> list[ClassPace]:
        """What is free, and what became ready in the last weeks and was not withdrawn."""
        rows = await (await self.driver()).fetch(_BY_CLASS, weeks)
        return [ClassPace(Category(row[0]), Grade(row[1]), row[2], row[3]) for row in rows]

    async def wanted(self) -> dict[Category, int]:
        """What approved orders still wait for."""
        rows = await (await self.driver()).fetch("SELECT category, sum(wanted)::int FROM demand GROUP BY 1")
        return {Category(row[0]): row[1] for row in rows}
