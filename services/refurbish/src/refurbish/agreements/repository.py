"""Queries of agreements, and of the acts of a lot with their prices: one statement for all devices of a lot."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.database import Repository, Scope
from filiere.identifiers import uuid7

from refurbish.agreements.acts import Act
from refurbish.agreements.schemas import LineOut

_MINE = "($1::uuid[] IS NULL OR {0}.workshop_id = ANY($1))"
# The price of an act: of its own category before that of all, then the newest that holds on that day.
_PRICED = """
SELECT a.act, a.category, p.cents, p.valid_from, count(*)::int AS quantity
FROM acts a LEFT JOIN LATERAL (
    SELECT cents, valid_from FROM act_price p
    WHERE p.workshop_id = a.workshop_id AND p.act = a.act AND p.category IN ('', a.category) AND p.since <= a.at
    ORDER BY p.category DESC, p.valid_from DESC LIMIT 1
) p ON true
GROUP BY a.act, a.category, p.cents, p.valid_from
ORDER BY array_position($3::text[], a.act), a.category, p.valid_from
"""
_DONE = f"""
WITH acts AS (
    SELECT d.workshop_id, d.category, a.act, a.at FROM device d CROSS JOIN LATERAL (VALUES
        ('receive', d.arrived_at),
        ('erase', CASE WHEN NOT d.no_storage AND d.category <> ALL($4::text[]) THEN d.erased_at END),
        ('test', d.tested_at), ('ready', d.ready_at),
        ('withdraw', CASE WHEN d.stage = 'withdrawn' THEN d.closed_at END)) AS a(act, at)
    WHERE {_MINE.format("d")} AND d.lot_id = $2 AND a.at IS NOT NULL
    UNION ALL
    SELECT d.workshop_id, d.category, 'repair', r.repaired_at FROM repair r JOIN device d ON d.id = r.device_id
    WHERE {_MINE.format("d")} AND d.lot_id = $2
) {_PRICED}
"""
# What is announced, if all of it goes the whole way; what was found to be missing is not counted.
_QUOTED = f"""
WITH acts AS (
    SELECT d.workshop_id, d.category, a.act, $4::timestamptz AS at FROM device d
    CROSS JOIN unnest($3::text[]) AS a(act)
    WHERE {_MINE.format("d")} AND d.lot_id = $2 AND d.stage <> 'missing'
        AND a.act IN ('receive', 'erase', 'test', 'ready') AND (a.act <> 'erase' OR d.category <> ALL($5::text[]))
) {_PRICED}
"""
_ORDER = [act.value for act in Act]


class Price(NamedTuple):
    act: Act
    category: Category | None
    cents: int
    valid_from: date
    source: str


class Limit(NamedTuple):
    percent: Decimal
    source: str


class AgreementRepository(Repository):
    async def prices(self, scope: Scope, workshop_id: UUID) -> list[Price]:
        """Every price that was ever entered, the newest first."""
        rows = await (await self.driver()).fetch(
            f"SELECT act, category, cents, valid_from, source FROM act_price p WHERE {_MINE.format('p')} "
            "AND p.workshop_id = $2 ORDER BY array_position($3::text[], act), category, valid_from DESC LIMIT 2000",
            *(scope.ids, workshop_id, _ORDER),
        )
        return [
            Price(Act(row["act"]), Category(row["category"]) if row["category"] else None, *list(row)[2:])
            for row in rows
        ]

    # every tenant: of a workshop that the caller has found
    async def put_price(
        self, workshop_id: UUID, act: Act, category: Category | None, cents: int, valid_from: date, since: datetime,
        source: str, at: datetime,
    ) -> None:  # fmt: skip
        """Of one day there is one: what is entered again replaces it."""
        await (await self.driver()).execute(
            "INSERT INTO act_price (workshop_id, id, act, category, cents, valid_from, since, source, entered_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (workshop_id, act, category, valid_from) "
            "DO UPDATE SET cents = excluded.cents, source = excluded.source, entered_at = excluded.entered_at",
            *(
                workshop_id,
                uuid7(),
                act.value,
                category.value if category else "",
                cents,
                valid_from,
                since,
                source,
                at,
            ),
        )

    async def limit(self, scope: Scope, workshop_id: UUID) -> Limit | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT percent, source FROM defect_limit l WHERE {_MINE.format('l')} AND l.workshop_id = $2",
            *(scope.ids, workshop_id),
        )
        return Limit(*row) if row is not None else None

    # every tenant: of a workshop that the caller has found
    async def put_limit(self, workshop_id: UUID, percent: Decimal, source: str, at: datetime) -> None:
        await (await self.driver()).execute(
            "INSERT INTO defect_limit (workshop_id, percent, source, entered_at) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (workshop_id) DO UPDATE SET percent = excluded.percent, source = excluded.source, "
            "entered_at = excluded.entered_at",
            *(workshop_id, percent, source, at),
        )

    async def done(self, scope: Scope, lot_id: UUID, without: Sequence[str]) -> list[LineOut]:
        """What was done with a lot's devices, each act at the price of its day.

        Nothing was wiped of what holds no data: `without`, categories that never do, and what was said to have no disk.
        """
        rows = await (await self.driver()).fetch(_DONE, scope.ids, lot_id, _ORDER, list(without))
        return [LineOut(**dict(row)) for row in rows]

    async def quoted(self, scope: Scope, lot_id: UUID, at: datetime, without: Sequence[str]) -> list[LineOut]:
        """What all of a lot would cost at the prices of that moment. `without`: categories that hold no data."""
        rows = await (await self.driver()).fetch(_QUOTED, scope.ids, lot_id, _ORDER, at, list(without))
        return [LineOut(**dict(row)) for row in rows]
