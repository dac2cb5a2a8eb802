"""SQL of what is looked at before an order is answered."""

from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Grade
from filiere.database import Repository, Scope

from distribute.statuses import IS_OPEN

_BESIDE = f"""
WITH mine AS (
    SELECT l.id, l.category, l.min_grade, l.substitutes, l.campaign FROM order_line l
    WHERE l.order_id = $2 AND ($1::uuid[] IS NULL OR l.relais_id = ANY($1))
), free AS (
    SELECT category, grade, campaign, count(*) AS devices FROM stock_item WHERE status = 'available' GROUP BY 1, 2, 3
), others AS (
    SELECT l.category, sum(l.quantity - l.allocated) FILTER (WHERE o.{IS_OPEN}) AS approved,
           sum(l.quantity) FILTER (WHERE o.status = 'placed') AS placed
    FROM relais_order o JOIN order_line l ON l.order_id = o.id
    WHERE o.status NOT IN ('closed', 'cancelled') AND l.allocated < l.quantity AND o.id <> $2 AND o.relais_id <> $3
    GROUP BY 1
), own AS (
    SELECT l.category, sum(l.quantity) AS asked, sum(l.allocated) AS got, count(DISTINCT o.id) AS orders
    FROM relais_order o JOIN order_line l ON l.order_id = o.id
    WHERE o.relais_id = $3 AND o.id <> $2 AND o.status NOT IN ('placed', 'cancelled')
      AND o.placed_at > now() - interval '12 months'
    GROUP BY 1
)
SELECT m.id, coalesce((
           SELECT sum(f.devices) FROM free f
           WHERE (f.category = m.category OR f.category = ANY(m.substitutes))
             AND array_position($4::text[], f.grade::text) <= array_position($4::text[], m.min_grade::text)
             AND (f.campaign IS NULL OR f.campaign = m.campaign)
       ), 0)::int, coalesce(x.approved, 0)::int, coalesce(x.placed, 0)::int, coalesce(w.asked, 0)::int,
       coalesce(w.got, 0)::int, coalesce(w.orders, 0)::int
FROM mine m LEFT JOIN others x ON x.category = m.category LEFT JOIN own w ON w.category = m.category
"""


class Beside(NamedTuple):
    """Beside one line: free devices that it accepts, what other Relais wait for of its category (approved, and not
    yet), what this Relais asked for and got of it in twelve months, in so many orders."""

    free: int
    others: int
    others_placed: int
    asked: int
    got: int
    orders: int


class ApprovalRepository(Repository):
    async def beside(self, scope: Scope, order_id: UUID, relais_id: UUID) -> dict[UUID, Beside]:
        rows = await (await self.driver()).fetch(_BESIDE, scope.ids, order_id, relais_id, list(Grade))
        return {row[0]: Beside(row[1], row[2], row[3], row[4], row[5], row[6]) for row in rows}

    # every tenant: the coordination is told how much waits for its answer
    async def unanswered(self) -> tuple[int, int]:
        """(orders, devices) that are not approved yet."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(DISTINCT o.id), coalesce(sum(l.quantity), 0) FROM relais_order o"
            " JOIN order_line l ON l.order_id = o.id WHERE o.status = 'placed'"
        )
        return (int(row[0]), int(row[1])) if row is not None else (0, 0)
