"""SQL of the orders whose devices may be near."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import Repository

from distribute.statuses import IS_OPEN

# Whose agreement has ended is promised nothing, and told nothing.
_UNTOLD = f"""
SELECT o.relais_id, o.id, o.number, l.category, l.min_grade, l.substitutes, l.quantity - l.allocated
FROM relais_order o JOIN order_line l ON l.order_id = o.id
WHERE o.{IS_OPEN} AND o.near_told_at IS NULL AND l.allocated < l.quantity
  AND o.approved_at < now() - make_interval(days => $1)
  AND EXISTS (SELECT 1 FROM agreement a WHERE a.relais_id = o.relais_id AND a.ended_on IS NULL)
ORDER BY o.number, l.position
"""
_CLAIM = f"""
UPDATE relais_order SET near_told_at = now() WHERE id IN (
    SELECT id FROM relais_order WHERE id = ANY($1::uuid[]) AND near_told_at IS NULL AND {IS_OPEN}
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
) RETURNING id
"""


class StillWaited(NamedTuple):
    """A line that lacks devices, and whose it is."""

    relais_id: UUID
    order_id: UUID
    number: int
    category: Category
    min_grade: Grade
    substitutes: tuple[Category, ...]
    short: int


# every tenant: the worker writes to each Relais about its own orders
class ArrivalsRepository(Repository):
    async def untold(self, days: int) -> list[StillWaited]:
        """Lines that have waited for more than so many days, of orders that were not written about."""
        return [
            StillWaited(row[0], row[1], row[2], Category(row[3]), Grade(row[4]), tuple(map(Category, row[5])), row[6])
            for row in await (await self.driver()).fetch(_UNTOLD, days)
        ]

    async def claim(self, orders: Sequence[UUID]) -> set[UUID]:
        """Those of them that nobody wrote about; from now on somebody did. Whoever is held has the next turn."""
        return {row[0] for row in await (await self.driver()).fetch(_CLAIM, list(orders))}
