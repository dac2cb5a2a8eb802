"""SQL of what arrives and what is waited for, per category and grade."""

from typing import NamedTuple

from filiere.catalogue import Category, Grade
from filiere.database import Repository

from distribute.statuses import StockStatus

# Both by the index on status and day: what was handed over years ago is not read.
_BY_CLASS = """
SELECT category, grade, sum(free)::int, sum(arrived)::int FROM (
    SELECT category, grade, count(*) AS free, 0 AS arrived FROM stock_item
    WHERE status = 'available' AND campaign IS NULL GROUP BY 1, 2
    UNION ALL
    SELECT category, grade, 0, count(*) FROM stock_item
    WHERE status = ANY($2::text[]) AND ready_at > now() - make_interval(weeks => $1) GROUP BY 1, 2
) both_counts
GROUP BY 1, 2
"""
ARRIVED = [status.value for status in StockStatus if status is not StockStatus.WITHDRAWN]


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
        rows = await (await self.driver()).fetch(_BY_CLASS, weeks, ARRIVED)
        return [ClassPace(Category(row[0]), Grade(row[1]), row[2], row[3]) for row in rows]

    async def wanted(self) -> dict[Category, int]:
        """What approved orders still wait for."""
        rows = await (await self.driver()).fetch("SELECT category, sum(wanted)::int FROM demand GROUP BY 1")
        return {Category(row[0]): row[1] for row in rows}
