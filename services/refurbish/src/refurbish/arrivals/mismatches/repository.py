"""Queries of the mismatch queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.catalogue.device_models import maker_and_model
from filiere.database import EVERYTHING, Found, Key, Kind, Listing, Order, Part, Repository, Scope
from filiere.identifiers import uuid7


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An entry of the queue; `label` is what can be read on the thing."""

    workshop_id: UUID
    id: UUID
    lot_id: UUID | None
    label: str
    note: str | None
    status: str
    device_id: UUID | None
    seen_by: str
    seen_at: datetime
    resolved_by: str | None
    resolved_at: datetime | None


class Candidate(NamedTuple):
    """An expected device of a lot that a thing without a label may be."""

    label: str
    manufacturer: str | None
    model: str | None
    serial: str | None
    category: str

    @property
    def name(self) -> str:
        return maker_and_model(self.manufacturer, self.model)


MOST_CANDIDATES = 12
NEWEST_LOTS = 3
_COLUMNS = "workshop_id, id, lot_id, label, note, status, device_id, seen_by, seen_at, resolved_by, resolved_at"
_LISTED = Listing(_COLUMNS, "mismatch", {"newest": Order(Key("id", Kind.ID), down=True)})
_MINE = "($1::uuid[] IS NULL OR workshop_id = ANY($1))"


class MismatchRepository(Repository):
    # every tenant: in a workshop whose lot the caller has locked, or the caller's own
    async def note_down(
        self,
        workshop_id: UUID,
        lot_id: UUID | None,
        labels: Sequence[str],
        *,
        by: str,
        at: datetime,
        note: str | None = None,
    ) -> None:
        """Queue strangers; one that waits already is not queued twice."""
        await (await self.driver()).execute(
            "INSERT INTO mismatch (workshop_id, lot_id, seen_by, seen_at, note, id, label) "
            "SELECT $1, $2, $3, $4, $5, u.* FROM unnest($6::uuid[], $7::text[]) AS u "
            "ON CONFLICT (label, workshop_id) WHERE status = 'open' DO NOTHING",
            workshop_id,
            lot_id,
            by,
            at,
            note,
            [uuid7() for _ in labels],
            labels,
        )

    async def get(self, scope: Scope, mismatch_id: UUID, *, for_update: bool = False) -> Mismatch | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM mismatch WHERE {_MINE} AND id = $2{' FOR UPDATE' if for_update else ''}",
            scope.ids,
            mismatch_id,
        )
        return _mismatch(row) if row is not None else None

    async def listing(self, scope: Scope, *, lot_id: UUID | None = None, part: Part = EVERYTHING) -> Found[Mismatch]:
        """Open entries of the caller's workshops, or of one lot, newest first."""
        wanted = scope.where("workshop_id").add("status = 'open'")
        if lot_id is not None:
            wanted.add("lot_id = {}", lot_id)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(_mismatch)

    async def open(self, scope: Scope) -> int:
        """How many entries are open in the caller's workshops."""
        return int(
            await (await self.driver()).fetchval(
                f"SELECT count(*) FROM mismatch WHERE {_MINE} AND status = 'open'", scope.ids
            )
        )

    # every tenant: of entries that the caller has locked
    async def resolve(self, mismatch_ids: Sequence[UUID], device_ids: Sequence[UUID], *, by: str, at: datetime) -> None:
        """The things are these devices."""
        await (await self.driver()).execute(
            "UPDATE mismatch m SET status = 'attached', device_id = u.d, resolved_by = $3, resolved_at = $4 "
            "FROM unnest($1::uuid[], $2::uuid[]) AS u(id, d) WHERE m.id = u.id AND m.status = 'open'",
            mismatch_ids,
            device_ids,
            by,
            at,
        )

    # every tenant: of an entry that the caller has locked
    async def dismiss(self, mismatch_id: UUID, note: str, *, by: str, at: datetime) -> None:
        await (await self.driver()).execute(
            "UPDATE mismatch SET status = 'dismissed', note = $2, resolved_by = $3, resolved_at = $4 WHERE id = $1",
            mismatch_id,
            note,
            by,
            at,
        )

    async def settled(self, scope: Scope, *, part: Part) -> Found[Mismatch]:
        """Entries that somebody settled, newest first: each may be opened again."""
        wanted = scope.where("workshop_id").add("status <> 'open'")
        return (await _LISTED.page(await self.driver(), wanted, part)).of(_mismatch)

    # every tenant: of an entry that the caller has locked
    async def reopen(self, mismatch: Mismatch) -> bool:
        """It waits again; False when the same thing was queued once more meanwhile."""
        row = await (await self.driver()).fetchrow(
            "UPDATE mismatch SET status = 'open', device_id = NULL, resolved_by = NULL, resolved_at = NULL, "
            "note = NULL WHERE id = $1 AND NOT EXISTS ("
            "SELECT FROM mismatch o WHERE o.label = $2 AND o.workshop_id = $3 "
            "AND o.status = 'open') RETURNING id",
            *(mismatch.id, mismatch.label, mismatch.workshop_id),
        )
        return row is not None

    # every tenant: events act for no caller
    async def announced_late(self, device_ids: Sequence[UUID]) -> list[tuple[UUID, str, UUID | None]]:
        """Open entries (id, label, lot of the entry) whose label or serial one of these devices bears, and no second
        of them, in the same workshop: their manifest came after them.
        """
        rows = await (await self.driver()).fetch(
            "WITH announced AS (SELECT label, serial, workshop_id FROM device "
            " WHERE id = ANY($1::uuid[]) AND stage IN ('expected', 'missing')) "
            "SELECT m.id, d.label, m.lot_id FROM mismatch m "
            "JOIN announced d ON d.label = m.label AND d.workshop_id = m.workshop_id WHERE m.status = 'open' "
            "UNION "
            "SELECT m.id, min(d.label), m.lot_id FROM mismatch m "
            "JOIN announced d ON d.serial = m.label AND d.workshop_id = m.workshop_id WHERE m.status = 'open' "
            "GROUP BY m.id, m.lot_id HAVING count(*) = 1 ORDER BY 1",
            device_ids,
        )
        return [(row["id"], row["label"], row["lot_id"]) for row in rows]

    async def candidates(self, scope: Scope, mismatch_ids: Sequence[UUID]) -> dict[UUID, list[Candidate]]:
        """For each entry, some expected or missing devices that it may be, the likest first.

        Of its lot; of the newest lots that wait for something, when it was found outside of one.
        """
        rows = await (await self.driver()).fetch(
            f"""WITH waiting AS (
                SELECT l.id, l.workshop_id FROM lot l WHERE {_MINE} AND EXISTS (
                    SELECT FROM device d WHERE d.lot_id = l.id AND d.stage IN ('expected', 'missing'))
                ORDER BY l.id DESC LIMIT {NEWEST_LOTS})
            SELECT m.id, d.label, d.manufacturer, d.model, d.serial, d.category FROM mismatch m CROSS JOIN LATERAL (
                SELECT c.* FROM device c
                WHERE c.stage IN ('expected', 'missing') AND c.lot_id IN (
                    SELECT m.lot_id UNION ALL
                    SELECT w.id FROM waiting w WHERE m.lot_id IS NULL AND w.workshop_id = m.workshop_id)
                ORDER BY greatest(
                    similarity(m.label, coalesce(c.serial, '')), similarity(m.label, c.label),
                    similarity(m.label, coalesce(c.manufacturer, '') || ' ' || coalesce(c.model, ''))) DESC,
                    c.stage DESC, c.id LIMIT $3) d
            WHERE ($1::uuid[] IS NULL OR m.workshop_id = ANY($1)) AND m.id = ANY($2::uuid[])""",
            scope.ids,
            *(list(mismatch_ids), MOST_CANDIDATES),
        )
        found: dict[UUID, list[Candidate]] = {}
        for mismatch_id, *fields in rows:
            found.setdefault(mismatch_id, []).append(Candidate(*fields))
        return found


def _mismatch(row: Any) -> Mismatch:
    return Mismatch(**{name: value for name, value in row.items() if name != "_keys"})
