"""Queries of appeals: the coordination's own, over all donors."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import day_of
from filiere.database import Repository

from collect.appeals.schemas import Appeal, Audience, SendAppeal, Whom, Written

# One at a time decides whom to write to: two appeals at once would write twice to one donor.
_LOCK = 5_290_417
# Past donors of a category, and what speaks against writing to each; $6: the kind of letter.
_PAST = """
WITH gave AS (
    SELECT d.donor_id, max(d.collected_at) AS gave_at FROM donation d
    WHERE d.collected_at >= now() - make_interval(months => $2)
      AND EXISTS (SELECT 1 FROM donation_line l
                  WHERE l.donation_id = d.id AND l.category = $1 AND l.verdict = 'accepted')
    GROUP BY d.donor_id
), past AS (
    SELECT g.donor_id, g.gave_at,
        EXISTS (SELECT 1 FROM appeal_letter a WHERE a.donor_id = g.donor_id AND a.written_at > now() - $5::interval)
            AS is_written,
        EXISTS (SELECT 1 FROM donation n WHERE n.donor_id = g.donor_id
                AND n.submitted_at > now() - make_interval(months => $3)) AS is_lately,
        EXISTS (
            SELECT 1 FROM (
                SELECT lower(c.email) AS address FROM contact c WHERE c.donor_id = g.donor_id
                UNION
                SELECT lower(p.address) FROM membership m JOIN person p ON p.subject = m.subject
                WHERE m.role = 'donor' AND m.organisation_id = g.donor_id AND p.address IS NOT NULL
            ) one LEFT JOIN mail_reader r ON r.address = one.address
            WHERE $6::text <> ALL (coalesce(r.switched_off, '{}'))) AS is_reached
    FROM gave g
    WHERE $4::text[] IS NULL OR (
        SELECT s.postcode FROM site s WHERE s.donor_id = g.donor_id ORDER BY s.id LIMIT 1) = ANY($4)
)
"""
_SINCE = """
LEFT JOIN LATERAL (
    SELECT n.id, n.reference, n.submitted_at, n.declared FROM donation n
    WHERE n.donor_id = a.donor_id AND n.submitted_at > a.written_at ORDER BY n.submitted_at LIMIT 1) n ON true
"""
_WRITTEN = f"""
SELECT a.donor_id, o.name AS donor, a.written_at, n.id AS donation_id, n.reference, n.submitted_at AS declared_at,
    n.declared AS devices
FROM appeal_letter a JOIN donor o ON o.id = a.donor_id {_SINCE}
WHERE a.appeal_id = $1 ORDER BY n.submitted_at NULLS LAST, o.name, a.donor_id
"""
_APPEALS = f"""
SELECT p.id, p.category, p.region, p.gave_months, p.quiet_months, p.wanted, p.by_name, p.created_at, p.ended_at,
    count(a.donor_id)::int AS written, count(n.id)::int AS declared, coalesce(sum(n.declared), 0)::int AS devices
FROM (SELECT * FROM appeal WHERE $1::uuid IS NULL OR id = $1 ORDER BY created_at DESC, id LIMIT $2 OFFSET $3) p
LEFT JOIN appeal_letter a ON a.appeal_id = p.id {_SINCE}
GROUP BY p.id, p.category, p.region, p.gave_months, p.quiet_months, p.wanted, p.by_name, p.created_at, p.ended_at
ORDER BY p.created_at DESC
"""


class Past(NamedTuple):
    """A donor to write to, and the day when it last gave."""

    donor_id: UUID
    gave_on: date


# every tenant: whom the network writes to, and what came of it
class AppealRepository(Repository):
    async def postcodes(self) -> list[str]:
        """Of the donors' places, each once."""
        rows = await (await self.driver()).fetch("SELECT DISTINCT postcode FROM site")
        return [row["postcode"] for row in rows]

    async def audience(self, whom: Whom, postcodes: Sequence[str] | None, every: timedelta, kind: str) -> Audience:
        """How many past donors there are; each is counted once, under the first reason that holds."""
        row = await (await self.driver()).fetchrow(
            f"""{_PAST} SELECT
                count(*) FILTER (WHERE is_reached AND NOT is_written AND NOT is_lately)::int AS reached,
                count(*) FILTER (WHERE is_written)::int AS recently_written,
                count(*) FILTER (WHERE NOT is_written AND is_lately)::int AS declared_lately,
                count(*) FILTER (WHERE NOT is_written AND NOT is_lately AND NOT is_reached)::int AS without_reader
            FROM past""",
            *_values(whom, postcodes, every, kind),
        )
        assert row is not None
        return Audience(**dict(row))

    async def lock_writing(self) -> None:
        """Until the transaction ends nobody else decides whom to write to."""
        await (await self.driver()).execute("SELECT pg_advisory_xact_lock($1)", _LOCK)

    async def write_to(
        self, appeal_id: UUID, whom: Whom, postcodes: Sequence[str] | None, every: timedelta, kind: str, limit: int
    ) -> list[Past]:
        """Note that the next donors are written to; whoever was already, by this appeal or a recent one, is none."""
        rows = await (await self.driver()).fetch(
            f"""{_PAST}, next AS (
                SELECT donor_id, gave_at FROM past WHERE is_reached AND NOT is_written AND NOT is_lately
                  AND NOT EXISTS (SELECT 1 FROM appeal_letter a WHERE a.appeal_id = $7 AND a.donor_id = past.donor_id)
                ORDER BY donor_id LIMIT $8
            ), noted AS (
                INSERT INTO appeal_letter (donor_id, appeal_id, written_at) SELECT donor_id, $7, now() FROM next
                RETURNING donor_id)
            SELECT next.donor_id, next.gave_at
            FROM next JOIN noted USING (donor_id) ORDER BY next.donor_id""",
            *_values(whom, postcodes, every, kind),
            *(appeal_id, limit),
        )
        return [Past(row["donor_id"], day_of(row["gave_at"])) for row in rows]

    async def add(self, asked: SendAppeal, wanted: int | None, by_name: str) -> bool:
        """Keep an appeal; False when it is there already."""
        row = await (await self.driver()).fetchrow(
            """INSERT INTO appeal (id, category, region, gave_months, quiet_months, wanted, by_name)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id""",
            *(asked.appeal_id, asked.category.value, asked.region, asked.gave_months, asked.quiet_months),
            *(wanted, by_name),
        )
        return row is not None

    async def end(self, appeal_id: UUID) -> None:
        await (await self.driver()).execute(
            "UPDATE appeal SET ended_at = coalesce(ended_at, now()) WHERE id = $1", appeal_id
        )

    async def get(self, appeal_id: UUID) -> Appeal | None:
        row = await (await self.driver()).fetchrow(_APPEALS, appeal_id, 1, 0)
        return Appeal(**dict(row)) if row is not None else None

    async def newest(self, limit: int, offset: int = 0) -> list[Appeal]:
        rows = await (await self.driver()).fetch(_APPEALS, None, limit, offset)
        return [Appeal(**dict(row)) for row in rows]

    async def count(self) -> int:
        counted: int = await (await self.driver()).fetchval("SELECT count(*)::int FROM appeal")
        return counted

    async def written(self, appeal_id: UUID, limit: int, offset: int = 0) -> list[Written]:
        """Donors that an appeal was written to, those who have declared since before the others."""
        rows = await (await self.driver()).fetch(f"{_WRITTEN} LIMIT $2 OFFSET $3", appeal_id, limit, offset)
        return [Written(**dict(row)) for row in rows]

    async def each_written(self, appeal_id: UUID) -> AsyncIterator[Written]:
        """All of them, while they are read."""
        async for row in (await self.driver()).cursor(_WRITTEN, appeal_id, prefetch=200):
            yield Written(**dict(row))


def _values(whom: Whom, postcodes: Sequence[str] | None, every: timedelta, kind: str) -> tuple[object, ...]:
    found = list(postcodes) if postcodes is not None else None
    return whom.category.value, whom.gave_months, whom.quiet_months, found, every, kind
