"""SQL of the demand table."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository

from distribute.statuses import IS_OPEN

# Keys of the lines of some orders and those named beside, each once, in one order for everybody: locks are taken in it.
_LOCK = """
WITH touched AS (
    SELECT DISTINCT l.category, l.min_grade AS grade, r.territory
    FROM order_line l JOIN relais r ON r.id = l.relais_id
    WHERE l.order_id = ANY($1::uuid[])
    UNION
    SELECT * FROM unnest($2::text[], $3::text[], $4::text[])
), made AS (
    INSERT INTO demand (category, grade, territory, wanted)
    SELECT category, grade, territory, 0 FROM touched ORDER BY category, grade, territory
    ON CONFLICT DO NOTHING
)
SELECT category, grade, territory FROM touched ORDER BY category, grade, territory
"""
_HOLD = """
SELECT 1 FROM demand d JOIN unnest($1::text[], $2::text[], $3::text[]) AS k(category, grade, territory)
    USING (category, grade, territory)
ORDER BY d.category, d.grade, d.territory FOR UPDATE OF d
"""
# Runs as its own statement after the locks: its snapshot then holds whatever the last holder committed.
_REFRESH = f"""
WITH keys AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS k(category, grade, territory)
), now_wanted AS (
    SELECT l.category, l.min_grade AS grade, r.territory, sum(l.quantity - l.allocated) AS wanted
    FROM order_line l JOIN relais_order o ON o.id = l.order_id JOIN relais r ON r.id = l.relais_id
    WHERE o.{IS_OPEN} AND l.allocated < l.quantity
      AND (l.category, l.min_grade, r.territory) IN (SELECT category, grade, territory FROM keys)
    GROUP BY 1, 2, 3
)
UPDATE demand d SET wanted = coalesce(n.wanted, 0), updated_at = now()
FROM keys k LEFT JOIN now_wanted n USING (category, grade, territory)
WHERE d.category = k.category AND d.grade = k.grade AND d.territory = k.territory
  AND d.wanted <> coalesce(n.wanted, 0)
RETURNING d.category, d.grade, d.territory, d.wanted
"""


class Wanted(NamedTuple):
    """Unmet demand of one key."""

    category: str
    grade: str
    territory: str
    wanted: int


class WantedSince(NamedTuple):
    """Unmet demand of one key, and when it last changed."""

    category: str
    grade: str
    territory: str
    wanted: int
    updated_at: datetime


class DemandRepository(Repository):
    # every tenant: demand is told of the network, by category, grade and département
    async def refresh(self, order_ids: Sequence[UUID], before: Sequence[tuple[str, str, str]]) -> list[Wanted]:
        """Work out again the demand of every key these orders touch or touched; returns the keys that changed."""
        driver = await self.driver()
        touched = await driver.fetch(_LOCK, order_ids, *([key[n] for key in before] for n in range(3)))
        if not touched:
            return []
        keys = [[row[n] for row in touched] for n in range(3)]
        await driver.execute(_HOLD, *keys)
        return sorted(Wanted(*row) for row in await driver.fetch(_REFRESH, *keys))

    async def listing(self) -> list[WantedSince]:
        """Everything wanted now, most wanted first."""
        rows = await (await self.driver()).fetch(
            "SELECT category, grade, territory, wanted, updated_at FROM demand WHERE wanted > 0"
            " ORDER BY wanted DESC, category, grade, territory"
        )
        return [WantedSince(*row) for row in rows]
