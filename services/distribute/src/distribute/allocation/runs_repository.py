"""SQL of a run's page: its lines, what it still promises, what came back, what is to be packed."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository

from distribute.allocation.schemas import RunLine
from distribute.orders.schemas import reference
from distribute.why import read

_STANDING = """
SELECT count(*) FILTER (WHERE r.released_at >= u.undone_at),
       count(*) FILTER (WHERE r.released_at < coalesce(u.undone_at, 'infinity')),
       count(*) FILTER (WHERE r.released_at IS NULL),
       count(*) FILTER (WHERE r.released_at IS NULL AND i.status = 'reserved')
FROM reservation r JOIN allocation_run u ON u.id = r.run_id JOIN stock_item i USING (device_id)
WHERE r.run_id = $1
"""
# A line of a run that was undone has what had left: that is what it is short of, or complete with.
_OF_RUN = """
FROM allocation_result a JOIN allocation_run u ON u.id = a.run_id JOIN order_line l ON l.id = a.line_id
JOIN relais_order o ON o.id = a.order_id JOIN relais r ON r.id = a.relais_id
LEFT JOIN (
    SELECT line_id, count(*) AS devices FROM reservation WHERE run_id = $1 AND released_at IS NULL GROUP BY line_id
) k ON k.line_id = a.line_id
CROSS JOIN LATERAL (
    SELECT CASE u.status WHEN 'undone' THEN coalesce(k.devices, 0) ELSE a.allocated END < a.requested AS is_short
) h
WHERE a.run_id = $1 AND ($2 = '' OR strpos(lower(r.name), lower($2)) > 0 OR 'R-' || o.number = upper($2))
"""
_LINES = (
    """
SELECT a.line_id, a.order_id, o.number, a.relais_id, r.name AS relais_name, r.territory, l.category, l.min_grade,
       a.requested, a.allocated, coalesce(k.devices, 0) AS kept, a.reason, a.why
"""
    + _OF_RUN
    + "AND ($3 = '' OR ($3 = 'short') = h.is_short) ORDER BY o.number, l.position LIMIT $4 OFFSET $5"
)
_COUNTS = "SELECT count(*), count(*) FILTER (WHERE h.is_short)" + _OF_RUN
_TO_PACK = """
SELECT DISTINCT r.order_id FROM reservation r JOIN stock_item i USING (device_id)
WHERE r.run_id = $1 AND r.released_at IS NULL AND i.status = 'reserved' AND NOT EXISTS (
    SELECT 1 FROM shipment_item s JOIN shipment h ON h.id = s.shipment_id
    WHERE s.device_id = i.device_id AND s.removed_at IS NULL AND h.status = 'preparing')
ORDER BY 1
"""
# A run that gave nothing, or that was undone, took nothing away from a proposal.
_LATER = """
SELECT p.id, max(u.number) FROM allocation_proposal p
JOIN allocation_run u ON u.status = 'applied' AND u.allocated > 0 AND u.created_at > p.created_at
WHERE p.id = ANY($1::uuid[]) GROUP BY p.id
"""


class Standing(NamedTuple):
    """What became of the devices that a run promised."""

    came_back: int  # by undoing the run
    taken_back: int  # before that, one by one
    kept: int
    to_send: int  # of those kept


# every tenant: the coordination reads what a run gave to all Relais
class RunsRepository(Repository):
    async def lines(
        self, run_id: UUID, *, q: str = "", only: str = "", limit: int | None = None, offset: int = 0
    ) -> list[RunLine]:
        """The run's word on its lines, oldest order first; `only` is `short`, `complete` or empty.

        `q` looks in the names of the Relais, or is an order's reference.
        """
        rows = await (await self.driver()).fetch(_LINES, run_id, q, only, limit, offset)
        return [
            RunLine.model_validate({**row, "reference": reference(row["number"]), "why": read(row["why"])})
            for row in rows
        ]

    async def line_counts(self, run_id: UUID, q: str = "") -> tuple[int, int]:
        """(all, short) lines of a run, of those that `q` finds."""
        row = await (await self.driver()).fetchrow(_COUNTS, run_id, q)
        assert row is not None
        return int(row[0]), int(row[1])

    async def standing(self, run_id: UUID) -> Standing:
        row = await (await self.driver()).fetchrow(_STANDING, run_id)
        assert row is not None
        return Standing(*row)

    async def orders_to_pack(self, run_id: UUID) -> list[UUID]:
        """Orders with devices of the run that no shipment carries yet, in id order."""
        return [row[0] for row in await (await self.driver()).fetch(_TO_PACK, run_id)]

    async def later(self, proposal_ids: Collection[UUID]) -> dict[UUID, int]:
        """For each proposal that a run has followed: the number of the last one that gave something."""
        rows = await (await self.driver()).fetch(_LATER, list(proposal_ids))
        return {row[0]: row[1] for row in rows}
