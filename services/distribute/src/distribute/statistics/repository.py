"""SQL of who was served: counts of a quarter, read once; then only what is told of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import day_sql
from filiere.database import Repository, Scope
from filiere.identifiers import uuid7
from filiere.movein.ids import OURS_FROM

from distribute.statistics.road import Counted, Step
from distribute.statistics.telling import Block, Count, Place
from distribute.statuses import IS_OPEN

# What a network did before it moved in is left out, everywhere here: it comes in batch by batch, each dated in the
# past, so that a quarter would be told for ever while it is half here.
_OF_BEFORE = f"o.id < '{OURS_FROM}'"
# Whoever comes several times under one repère, or takes several things at once, is one person. What replaces a device
# under guarantee serves nobody anew.
_DEVICES = """
SELECT h.relais_id, h.person_public AS public, i.category AS item, h.tier,
    coalesce(h.relais_id || lower(h.person_alias), h.checkout_id::text, h.id::text) AS person, h.handed_over_at AS at,
    h.id, EXISTS (
        SELECT FROM order_line l JOIN campaign c ON c.name = l.campaign JOIN campaign_version v ON v.campaign_id = c.id
        WHERE l.id = h.line_id AND v.published_at IS NOT NULL AND v.terms -> 'publics' <> '[]'
    ) AS is_known
FROM handover h JOIN stock_item i USING (device_id)
WHERE h.handed_over_at >= $1 AND h.handed_over_at < $2 AND h.carried_over IS NULL
    AND NOT EXISTS (SELECT FROM after_sale_case c WHERE c.replacement_handover_id = h.id)
"""
_TOPUPS = """
SELECT t.relais_id, t.person_public AS public, o.kind AS item,
    CASE t.kind WHEN 'given' THEN 'gift' ELSE 'solidary' END AS tier,
    coalesce(t.relais_id || lower(t.person_alias), t.id::text) AS person, t.sold_at AS at, t.id, false AS is_known
FROM topup_sale t JOIN topup_offer o ON o.id = t.offer_id
WHERE t.sold_at >= $1 AND t.sold_at < $2 AND t.undone_at IS NULL
"""
# Nobody's yet: each device that was asked for counts as a person, and so does each of a line given up.
_ORDERED = f"""
SELECT o.relais_id, CASE cardinality(l.publics) WHEN 1 THEN l.publics[1] END AS public, l.category AS item,
    coalesce(l.tier, '') AS tier, l.id || '.' || n AS person, o.placed_at AS at, l.id, false AS is_known
FROM relais_order o JOIN order_line l ON l.order_id = o.id CROSS JOIN LATERAL generate_series(1, l.quantity) n
WHERE o.placed_at >= $1 AND o.placed_at < $2 AND NOT {_OF_BEFORE}
"""
# Each person is counted at one place, that of the first thing they had: of several places together nobody counts twice.
# Who was served by a campaign for certain publics is known to be of these, and hides nobody (`is_known`).
_COUNTS = """
SELECT p.locality, CASE WHEN a.public = ANY($5::text[]) THEN a.public ELSE '' END AS public, a.item, a.tier,
    count(*)::int, (count(*) FILTER (WHERE a.is_first AND NOT a.is_known))::int
FROM (
    SELECT s.*, row_number() OVER (PARTITION BY s.person ORDER BY s.is_known, s.at, s.id) = 1 AS is_first FROM ({}) s
) a
JOIN unnest($3::uuid[], $4::text[]) AS p(relais_id, locality) ON p.relais_id = a.relais_id
GROUP BY ROLLUP (1, 2, 3, 4)
"""
_OF = {
    Counted.DEVICES: _COUNTS.format(_DEVICES),
    Counted.TOPUPS: _COUNTS.format(_TOPUPS),
    Counted.ORDERED: _COUNTS.format(_ORDERED),
}
_BEGAN = f"""
SELECT {
    day_sql(
        "least((SELECT min(handed_over_at) FROM handover WHERE carried_over IS NULL),"
        f" (SELECT min(sold_at) FROM topup_sale), (SELECT min(o.placed_at) FROM relais_order o WHERE NOT {_OF_BEFORE}))"
    )
}
"""
# A block that may hold some of what is asked for counts apart: `sure` says that it holds nothing else.
_CELLS = """
SELECT CASE $1 WHEN 'locality' THEN b.locality WHEN 'public' THEN b.public WHEN 'item' THEN b.item ELSE b.tier END,
    CASE $2 WHEN 'locality' THEN b.locality WHEN 'public' THEN b.public WHEN 'item' THEN b.item ELSE b.tier END,
    ($5::text IS NULL OR b.locality IS NOT NULL) AND ($6::text IS NULL OR b.public IS NOT NULL)
        AND ($7::text IS NULL OR b.item IS NOT NULL) AND ($8::text IS NULL OR b.tier IS NOT NULL) AS sure,
    sum(b.count)::int
FROM told_block b JOIN told_quarter q ON q.id = b.quarter_id
WHERE q.first_day = ANY($3::date[]) AND b.counted = $4
    AND ($5::text IS NULL OR b.locality IS NULL OR b.locality = $5)
    AND ($6::text IS NULL OR b.public IS NULL OR b.public = $6)
    AND ($7::text IS NULL OR b.item IS NULL OR b.item = $7)
    AND ($8::text IS NULL OR b.tier IS NULL OR b.tier = $8)
GROUP BY 1, 2, 3
"""

_GAPS = f"""
SELECT r.territory, count(*)::int, coalesce(sum(n.asked), 0)::int, coalesce(sum(n.short), 0)::int
FROM relais r JOIN agreement a ON a.relais_id = r.id AND a.ended_on IS NULL
LEFT JOIN (
    SELECT o.relais_id, sum(l.quantity) AS asked, sum(l.quantity - l.allocated) AS short
    FROM relais_order o JOIN order_line l ON l.order_id = o.id WHERE o.{IS_OPEN} GROUP BY 1
) n ON n.relais_id = r.id
GROUP BY 1
"""
_OWN = """
SELECT coalesce(h.person_public, ''), count(*) FILTER (WHERE h.kind = 'sold')::int,
    count(*) FILTER (WHERE h.kind = 'given')::int
FROM handover h
WHERE h.relais_id = ANY($1::uuid[]) AND h.handed_over_at >= $2 AND h.handed_over_at < $3 AND h.carried_over IS NULL
    AND NOT EXISTS (SELECT FROM after_sale_case c WHERE c.replacement_handover_id = h.id)
GROUP BY 1 ORDER BY count(*) DESC, 1
"""


class Gap(NamedTuple):
    """Of a département: Relais with an agreement, what their open orders ask for, and what they still lack."""

    relais: int
    asked: int
    short: int


class OwnLine(NamedTuple):
    """What a Relais handed over to a public."""

    public: str
    sold: int
    given: int


class Sum(NamedTuple):
    """So many of a row and a column; None where that is not told of them. Not sure: only maybe under the filters."""

    row: str | None
    column: str | None
    is_sure: bool
    number: int


class ToldRow(NamedTuple):
    """A block as it leaves the house."""

    quarter: date
    counted: str
    locality: str | None
    public: str | None
    item: str | None
    tier: str | None
    number: int


class StatisticsRepository(Repository):
    async def began_on(self) -> date | None:
        """The first day of which there is anything to tell."""
        found: date | None = await (await self.driver()).fetchval(_BEGAN)
        return found

    async def told(self) -> list[date]:
        """First days of the quarters whose figures stand, the newest first."""
        rows = await (await self.driver()).fetch("SELECT first_day FROM told_quarter ORDER BY 1 DESC")
        return [row[0] for row in rows]

    async def claim(self, first_day: date) -> UUID | None:
        """Be the one who tells of it; None when somebody was."""
        found: UUID | None = await (await self.driver()).fetchval(
            "INSERT INTO told_quarter (id, first_day) VALUES ($1, $2) ON CONFLICT (first_day) DO NOTHING RETURNING id",
            uuid7(),
            first_day,
        )
        return found

    # every tenant: only where each is
    async def addresses(self) -> list[tuple[UUID, str | None, str]]:
        """Every Relais, with the codes of its address."""
        rows = await (await self.driver()).fetch("SELECT id, insee, postcode FROM relais")
        return [(row[0], row[1], row[2]) for row in rows]

    async def counts(
        self,
        counted: Counted,
        between: tuple[datetime, datetime],
        localities: Mapping[UUID, str],
        publics: Sequence[str],
    ) -> dict[Place, Count]:
        """Each place of the road that is not empty. Never shown: `telling` says what of it may be."""
        rows = await (await self.driver()).fetch(
            _OF[counted], *between, list(localities), list(localities.values()), list(publics)
        )
        return {tuple(one for one in row[:4] if one is not None): Count(row[4], row[5]) for row in rows if row[4]}

    async def tell(self, quarter_id: UUID, counted: Counted, blocks: Sequence[Block]) -> None:
        """Write what is told of a quarter."""
        padded = [(*one.place, None, None, None, None) for one in blocks]
        await (await self.driver()).execute(
            "INSERT INTO told_block (id, quarter_id, counted, locality, public, item, tier, count)"
            " SELECT u.id, $1, $2, u.locality, u.public, u.item, u.tier, u.count"
            " FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[])"
            " AS u(id, locality, public, item, tier, count)",
            *(quarter_id, counted.value, [uuid7() for _ in blocks]),
            *([one[step] for one in padded] for step in range(len(Step))),
            [one.handovers for one in blocks],
        )

    async def cells(
        self, counted: Counted, quarters: Sequence[date], row: Step, column: Step, only: Mapping[Step, str]
    ) -> list[Sum]:
        """What is told, by two steps of the road, under filters."""
        rows = await (await self.driver()).fetch(
            _CELLS,
            *(row.value, column.value, list(quarters), counted.value),
            *(only.get(step) for step in Step),
        )
        return [Sum(*one) for one in rows]

    async def blocks(self, quarters: Sequence[date]) -> list[ToldRow]:
        """All that is told of these quarters."""
        rows = await (await self.driver()).fetch(
            "SELECT q.first_day, b.counted, b.locality, b.public, b.item, b.tier, b.count FROM told_block b"
            " JOIN told_quarter q ON q.id = b.quarter_id WHERE q.first_day = ANY($1::date[])"
            " ORDER BY 1, 2, 3 NULLS LAST, 4 NULLS LAST, 5 NULLS LAST, 6 NULLS LAST",
            list(quarters),
        )
        return [ToldRow(*row) for row in rows]

    # every tenant: what is ordered is of structures, and nobody's
    async def gaps(self) -> dict[str, Gap]:
        """By the code of each département that has a Relais."""
        rows = await (await self.driver()).fetch(_GAPS)
        return {row[0]: Gap(*tuple(row)[1:]) for row in rows}

    async def own(self, scope: Scope, between: tuple[datetime, datetime]) -> list[OwnLine]:
        """What the caller's Relais handed over, each number as it is: they made the handovers."""
        rows = await (await self.driver()).fetch(_OWN, scope.ids, *between)
        return [OwnLine(*row) for row in rows]
