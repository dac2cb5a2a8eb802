"""SQL of the journal. Entries are read by their own Relais only."""

import json
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from filiere.database import FETCHED, Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed

from distribute.till_journal.entry import Draft, Entry
from distribute.till_journal.status import EntryKind, Means, UndoReason

_COLUMNS = """
e.relais_id, e.sequence, e.day, e.kind, e.at, e.by, e.handover_id, e.device_id, e.receipt, e.label, e.category, e.tier,
e.person_cents, e.person_means, e.structure_cents, e.structure_means, e.undoes, e.reason, e.details,
e.total_cents, e.previous, e.hash
"""
_FROM = "till_entry e"
_LISTED = Listing(
    _COLUMNS, _FROM, {"newest": Order(Key("e.sequence", Kind.NUMBER), Key("e.relais_id", Kind.ID), down=True)}
)
_ADD = """
INSERT INTO till_entry (relais_id, sequence, day, kind, at, by, handover_id, device_id, receipt, label, category, tier,
    person_cents, person_means, structure_cents, structure_means, undoes, reason, details, total_cents, previous, hash)
SELECT u.relais, u.sequence, u.day, u.kind, u.at, u.by, u.handover, u.device, u.receipt, u.label, u.category, u.tier,
    u.person_cents, u.person_means, u.structure_cents, u.structure_means, u.undoes, u.reason, u.details, u.total_cents,
    u.previous, u.hash
FROM jsonb_to_recordset($1::text::jsonb) AS u(relais uuid, sequence bigint, day date, kind text, at timestamptz,
    by text, handover uuid, device uuid, receipt text, label text, category text, tier text, person_cents int,
    person_means text, structure_cents int, structure_means text, undoes bigint, reason text, details jsonb,
    total_cents bigint, previous text, hash text)
ORDER BY u.sequence
"""


class TillJournalRepository(Repository):
    # every tenant: of the Relais for which the caller acts
    async def lock_journal(self, relais_id: UUID) -> Entry | None:
        """Be the only one who writes into this journal until the transaction ends; returns its last entry."""
        driver = await self.driver()
        await driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('till ' || $1::text, 0))", str(relais_id))
        row = await driver.fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE e.relais_id = $1 ORDER BY e.sequence DESC LIMIT 1", relais_id
        )
        return _entry(dict(row)) if row is not None else None

    # every tenant: of a journal that the caller has locked
    async def add(self, entries: Sequence[Entry]) -> None:
        await (await self.driver()).execute(
            _ADD, json.dumps([{**one.content(), "hash": one.hash} for one in entries], ensure_ascii=False)
        )

    async def entries(
        self, scope: Scope, *, first: date | None = None, last: date | None = None, since: int = 0
    ) -> AsyncIterator[Entry]:
        """Entries of a period, or from a number on, Relais by Relais in the order of the journal, as they are read."""
        rows = (await self.driver()).cursor(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR e.relais_id = ANY($1))"
            " AND ($2::date IS NULL OR e.day >= $2) AND ($3::date IS NULL OR e.day <= $3)"
            " AND e.sequence >= $4 ORDER BY e.relais_id, e.sequence",
            scope.ids,
            first,
            last,
            since,
            prefetch=FETCHED,
        )
        async for row in rows:
            yield _entry(dict(row))

    async def listing(
        self, scope: Scope, part: Part, *, day: date | None = None, kinds: Collection[EntryKind] = ()
    ) -> Found[Entry]:
        """Entries of the caller's Relais, newest first."""
        wanted = scope.where("e.relais_id")
        if day is not None:
            wanted.add("e.day = {}", day)
        if kinds:
            wanted.add("e.kind = ANY({}::text[])", sorted(kinds))
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: _entry(listed(row)))

    async def get(self, scope: Scope, sequence: int) -> Entry | None:
        """One entry of a Relais by its number; the scope is one Relais."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE e.relais_id = ANY($1::uuid[]) AND e.sequence = $2",
            scope.ids,
            sequence,
        )
        return _entry(dict(row)) if row is not None else None

    async def of_handover(self, scope: Scope, handover_id: UUID) -> list[Entry]:
        """The entry of a handover, then the one that took it back."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR e.relais_id = ANY($1))"
            " AND e.handover_id = $2 ORDER BY e.sequence",
            scope.ids,
            handover_id,
        )
        return [_entry(dict(row)) for row in rows]


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        row["relais_id"],
        row["sequence"],
        row["day"],
        Draft(
            kind=EntryKind(row["kind"]),
            at=row["at"],
            by=row["by"],
            handover_id=row["handover_id"],
            device_id=row["device_id"],
            receipt=row["receipt"],
            label=row["label"],
            category=row["category"],
            tier=row["tier"],
            person_cents=row["person_cents"],
            person_means=Means(row["person_means"]) if row["person_means"] else None,
            structure_cents=row["structure_cents"],
            structure_means=Means(row["structure_means"]) if row["structure_means"] else None,
            undoes=row["undoes"],
            reason=UndoReason(row["reason"]) if row["reason"] else None,
            details=row["details"],
        ),
        row["total_cents"],
        row["previous"],
        row["hash"],
    )
