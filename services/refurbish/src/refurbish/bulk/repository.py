"""Queries of bulks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import Repository, Scope

from refurbish.bulk.acts import BulkAct
from refurbish.bulk.lines import Line, Outcome, Why

_COLUMNS = (
    "id, workshop_id, act, reason, lines::text, unknown, prepared_at, prepared_by, results::text, done_at, done_by"
)
_MINE = "($1::uuid[] IS NULL OR workshop_id = ANY($1))"


@dataclass(frozen=True, slots=True)
class Bulk:
    """One act on many devices; `results` None: not done."""

    id: UUID
    workshop_id: UUID
    act: BulkAct
    reason: str | None
    lines: Sequence[Line]
    unknown: Sequence[str]
    prepared_at: datetime
    prepared_by: str
    results: Sequence[Line] | None = None
    done_at: datetime | None = None
    done_by: str | None = None

    @property
    def shown(self) -> Sequence[Line]:
        """What became of it, or would."""
        return self.lines if self.results is None else self.results


class BulkRepository(Repository):
    # every tenant: of a workshop that the caller has found
    async def insert(self, bulk: Bulk) -> None:
        await (await self.driver()).execute(
            "INSERT INTO bulk (id, workshop_id, act, reason, lines, unknown, prepared_at, prepared_by)"
            " VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)",
            *(bulk.id, bulk.workshop_id, bulk.act.value, bulk.reason, _written(bulk.lines), list(bulk.unknown)),
            *(bulk.prepared_at, bulk.prepared_by),
        )

    async def get(self, scope: Scope, bulk_id: UUID) -> Bulk | None:
        return await self._one(f"SELECT {_COLUMNS} FROM bulk WHERE {_MINE} AND id = $2", scope, bulk_id)

    async def get_for_update(self, scope: Scope, bulk_id: UUID) -> Bulk | None:
        """Hold it: whoever does it at the same moment waits, and finds it done."""
        return await self._one(f"SELECT {_COLUMNS} FROM bulk WHERE {_MINE} AND id = $2 FOR UPDATE", scope, bulk_id)

    # every tenant: of a bulk that the caller has locked
    async def done(self, bulk_id: UUID, results: Sequence[Line], by: str, at: datetime) -> None:
        await (await self.driver()).execute(
            "UPDATE bulk SET results = $2::jsonb, done_by = $3, done_at = $4 WHERE id = $1",
            *(bulk_id, _written(results), by, at),
        )

    # every tenant: old ones are nobody's any more
    async def prune(self, older_than_s: float, limit: int = 1_000) -> int:
        """Forget bulks so old, some at a time."""
        status = await (await self.driver()).execute(
            "DELETE FROM bulk WHERE id IN (SELECT id FROM bulk WHERE prepared_at < now() - make_interval(secs => $1)"
            " ORDER BY prepared_at LIMIT $2)",
            *(older_than_s, limit),
        )
        return int(status.split()[-1])

    async def _one(self, query: str, scope: Scope, bulk_id: UUID) -> Bulk | None:
        row = await (await self.driver()).fetchrow(query, scope.ids, bulk_id)
        if row is None:
            return None
        values: dict[str, Any] = dict(row)
        values["act"] = BulkAct(values["act"])
        values["lines"] = _read(values["lines"])
        values["results"] = _read(values["results"]) if values["results"] is not None else None
        return Bulk(**values)


def _written(lines: Sequence[Line]) -> str:
    return json.dumps(
        [(str(one.device_id), one.label, one.seen, one.outcome, one.why, one.sentence) for one in lines],
        ensure_ascii=False,
    )


def _read(text: str) -> list[Line]:
    return [
        Line(UUID(device), label, seen, Outcome(outcome), Why(why[0], tuple(why[1])) if why else None, sentence)
        for device, label, seen, outcome, why, sentence in json.loads(text)
    ]
