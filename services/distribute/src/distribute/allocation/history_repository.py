"""SQL of what happened to the lines of an order: each run's word, promises taken back, changes."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope

from distribute.statuses import Side
from distribute.why import Why, read

_RUNS = """
SELECT a.line_id, u.created_at, u.number, a.allocated, a.requested, a.reason, a.why
FROM allocation_result a JOIN allocation_run u ON u.id = a.run_id
WHERE ($1::uuid[] IS NULL OR a.relais_id = ANY($1)) AND a.order_id = $2
"""
# What was taken back in one go is one line of the history.
_TAKEN_BACK = """
SELECT line_id, date_bin('1 minute', released_at, '2020-01-01') AS at, count(*), release_reason, release_why
FROM reservation
WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1)) AND order_id = $2 AND released_at IS NOT NULL
GROUP BY 1, 2, 4, 5
"""
_CHANGES = """
SELECT line_id, at, changed_by, before, after, reason FROM order_change
WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1)) AND order_id = $2
"""


class Ran(NamedTuple):
    """A run's word on a line."""

    line_id: UUID
    at: datetime
    run: int
    allocated: int
    requested: int
    reason: str
    why: Why | None


class TakenBackThen(NamedTuple):
    """Promises to a line that ended."""

    line_id: UUID
    at: datetime
    devices: int
    reason: str
    why: Why | None


class Changed(NamedTuple):
    """The line, or the whole order, asks for another number."""

    line_id: UUID | None
    at: datetime
    by: Side
    before: int
    after: int
    reason: str | None


class HistoryRepository(Repository):
    async def runs(self, scope: Scope, order_id: UUID) -> list[Ran]:
        rows = await (await self.driver()).fetch(_RUNS, scope.ids, order_id)
        return [Ran(row[0], row[1], row[2], row[3], row[4], row[5], read(row[6])) for row in rows]

    async def taken_back(self, scope: Scope, order_id: UUID) -> list[TakenBackThen]:
        rows = await (await self.driver()).fetch(_TAKEN_BACK, scope.ids, order_id)
        return [TakenBackThen(row[0], row[1], row[2], row[3], read(row[4])) for row in rows]

    async def changes(self, scope: Scope, order_id: UUID) -> list[Changed]:
        rows = await (await self.driver()).fetch(_CHANGES, scope.ids, order_id)
        return [Changed(row[0], row[1], Side(row[2]), row[3], row[4], row[5]) for row in rows]
