"""Queries of a bench's home."""

from datetime import datetime

from filiere.database import Repository, Scope

from refurbish.today.day import ComingLot, Done

# What lies on the benches or on the shelf, found by its stage, and what was closed since: each by its index.
_DONE = """
SELECT count(*) FILTER (WHERE arrived_at >= $2) AS arrived, count(*) FILTER (WHERE erased_at >= $2) AS erased,
       count(*) FILTER (WHERE tested_at >= $2) AS tested, count(*) FILTER (WHERE graded_at >= $2) AS graded,
       count(*) FILTER (WHERE ready_at >= $2) AS ready,
       count(*) FILTER (WHERE stage = 'left' AND closed_at >= $2) AS left
FROM device WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND (
    stage IN ('arrived', 'erasing', 'erased', 'to_repair', 'tested', 'graded', 'ready') OR closed_at >= $2)
"""


class TodayRepository(Repository):
    async def done(self, scope: Scope, since: datetime) -> Done:
        """How many devices came to each stage since then."""
        row = await (await self.driver()).fetchrow(_DONE, scope.ids, since)
        assert row is not None  # it counts
        return Done(**dict(row))

    async def coming_lot(self, scope: Scope) -> ComingLot | None:
        """The lot that was dispatched first, of those of which nothing was scanned."""
        row = await (await self.driver()).fetchrow(
            """SELECT id, code, dispatched_at, (SELECT count(*) FROM device d WHERE d.lot_id = l.id) AS devices
            FROM lot l WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND arrived_at IS NULL
            ORDER BY dispatched_at NULLS LAST, id LIMIT 1""",
            scope.ids,
        )
        if row is None:
            return None
        return ComingLot(row["id"], row["code"] or str(row["id"])[:13], row["devices"], row["dispatched_at"])
