"""SQL of what Relais were served."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import month_sql
from filiere.database import Repository, Scope

from distribute.statuses import IS_OPEN

# By the devices of each Relais, which have an index; it has few.
_OWN = f"""
SELECT mine.id, k.devices, k.devices + n.devices
FROM unnest($1::uuid[]) AS mine(id)
CROSS JOIN LATERAL (
    SELECT count(*) AS devices FROM stock_item i
    JOIN reservation r ON r.device_id = i.device_id AND r.released_at IS NULL
    WHERE i.relais_id = mine.id AND r.relais_id = mine.id AND r.reserved_at >= $2
) k
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.quantity - l.allocated), 0) AS devices
    FROM relais_order o JOIN order_line l ON l.order_id = o.id WHERE o.relais_id = mine.id AND o.{IS_OPEN}
) n
"""
_BY_ADDRESS = f"""
WITH kept AS (
    SELECT relais_id, count(*) AS devices FROM reservation
    WHERE released_at IS NULL AND reserved_at >= $1 GROUP BY relais_id
), lacking AS (
    SELECT l.relais_id, sum(l.quantity - l.allocated) AS devices
    FROM relais_order o JOIN order_line l ON l.order_id = o.id
    WHERE o.{IS_OPEN} AND l.allocated < l.quantity GROUP BY l.relais_id
)
SELECT r.insee, r.postcode, count(*), coalesce(sum(k.devices), 0),
       coalesce(sum(k.devices), 0) + coalesce(sum(n.devices), 0)
FROM relais r LEFT JOIN kept k ON k.relais_id = r.id LEFT JOIN lacking n ON n.relais_id = r.id
WHERE k.devices > 0 OR n.devices > 0
GROUP BY 1, 2
"""

_BY_MONTH = f"""
SELECT {month_sql("o.placed_at")}, r.insee, r.postcode, count(DISTINCT r.id)::int, sum(l.allocated)::int,
    sum(l.quantity)::int
FROM relais_order o JOIN order_line l ON l.order_id = o.id JOIN relais r ON r.id = o.relais_id
WHERE o.placed_at >= $1 AND o.approved_at IS NOT NULL AND l.quantity > 0
GROUP BY 1, 2, 3
"""


class ServedAt(NamedTuple):
    """All Relais of one address code that asked for something."""

    insee: str | None
    postcode: str
    relais: int
    served: int
    asked: int


class ServedRepository(Repository):
    async def own(self, scope: Scope, since: datetime) -> dict[UUID, tuple[int, int]]:
        """(devices promised since and kept, those and what open lines still lack) of a few Relais."""
        rows = await (await self.driver()).fetch(_OWN, scope.ids, since)
        return {row[0]: (int(row[1]), int(row[2])) for row in rows}

    # every tenant: told of at least five Relais together
    async def by_address(self, since: datetime) -> list[ServedAt]:
        """The same of all Relais that asked for something, added up where they are."""
        rows = await (await self.driver()).fetch(_BY_ADDRESS, since)
        return [ServedAt(row[0], row[1], int(row[2]), int(row[3]), int(row[4])) for row in rows]

    # every tenant: told of at least five Relais together
    async def by_month(self, since: datetime) -> list[tuple[date, ServedAt]]:
        """Of the orders of each month: what they ask for, and what is promised or handed over of it by now."""
        rows = await (await self.driver()).fetch(_BY_MONTH, since)
        return [(row[0], ServedAt(*tuple(row)[1:])) for row in rows]
