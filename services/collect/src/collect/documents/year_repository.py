"""Queries of one year of a donor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.calendar import day_sql
from filiere.catalogue.categories import Category
from filiere.catalogue.impact import Part as NewPart
from filiere.database import Repository, Scope

from collect.devices.schemas import Work, parts_of
from collect.documents.schemas import DocumentOut

# Of donations that were accepted and took place.
_OF_YEAR = """
($1::uuid[] IS NULL OR d.donor_id = ANY($1)) AND d.donor_id = $2 AND d.answered_at >= $3 AND d.answered_at < $4
AND d.status IN ('accepted', 'scheduled', 'collected', 'received', 'closed')
"""


class YearRepository(Repository):
    async def years(self, scope: Scope, donor_id: UUID) -> list[int]:
        """The years in which donations of a donor were accepted, the newest first."""
        rows = await (await self.driver()).fetch(
            f"""SELECT DISTINCT extract(year FROM {day_sql("answered_at")})::int AS year FROM donation
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donor_id = $2
              AND status IN ('accepted', 'scheduled', 'collected', 'received', 'closed') ORDER BY 1 DESC""",
            scope.ids,
            donor_id,
        )
        return [row["year"] for row in rows]

    async def donations(self, scope: Scope, donor_id: UUID, first: datetime, last: datetime) -> list[tuple[Any, ...]]:
        """(reference, day, accepted, wiped, without a medium, handed over, withdrawn, missing, surplus) of each."""
        rows = await (await self.driver()).fetch(
            f"""SELECT d.reference, {day_sql("d.answered_at")} AS day,
                count(*) FILTER (WHERE v.surplus_at IS NULL)::int,
                count(v.erased_at) FILTER (WHERE v.erasures <> '[]')::int,
                count(v.erased_at) FILTER (WHERE v.erasures = '[]')::int,
                count(*) FILTER (WHERE v.stage = 'handed_over')::int,
                count(*) FILTER (WHERE v.stage = 'withdrawn')::int,
                count(*) FILTER (WHERE v.stage = 'missing')::int, count(v.surplus_at)::int
            FROM donation d JOIN device v ON v.donation_id = d.id
            WHERE {_OF_YEAR} GROUP BY d.id ORDER BY d.answered_at, d.id""",
            scope.ids,
            *(donor_id, first, last),
        )
        return [tuple(row) for row in rows]

    async def categories(self, scope: Scope, donor_id: UUID, first: datetime, last: datetime) -> list[tuple[Any, ...]]:
        """(category, accepted, handed over, withdrawn, surplus), the most frequent first: by what each really is."""
        rows = await (await self.driver()).fetch(
            f"""SELECT coalesce(v.seen_category, v.category), count(*) FILTER (WHERE v.surplus_at IS NULL)::int,
                count(*) FILTER (WHERE v.stage = 'handed_over')::int,
                count(*) FILTER (WHERE v.stage = 'withdrawn')::int, count(v.surplus_at)::int
            FROM donation d JOIN device v ON v.donation_id = d.id
            WHERE {_OF_YEAR} GROUP BY 1 ORDER BY count(*) DESC, 1""",
            scope.ids,
            *(donor_id, first, last),
        )
        return [tuple(row) for row in rows]

    async def seen_otherwise(
        self, scope: Scope, donor_id: UUID, first: datetime, last: datetime
    ) -> dict[tuple[str, str], int]:
        """(declared as, seen as) → how many, of the devices that turned out to be something else."""
        rows = await (await self.driver()).fetch(
            f"""SELECT v.category, v.seen_category, count(*)::int FROM donation d JOIN device v ON v.donation_id = d.id
            WHERE {_OF_YEAR} AND v.seen_category <> v.category GROUP BY 1, 2""",
            scope.ids,
            *(donor_id, first, last),
        )
        return {(declared, seen): count for declared, seen, count in rows}

    async def reused(self, scope: Scope, donor_id: UUID, first: datetime, last: datetime) -> dict[Category, int]:
        """Devices that were handed over, by what each really is, as its workshop saw it."""
        rows = await (await self.driver()).fetch(
            f"""SELECT coalesce(v.seen_category, v.category), count(*)::int
            FROM donation d JOIN device v ON v.donation_id = d.id
            WHERE {_OF_YEAR} AND v.stage = 'handed_over' GROUP BY 1""",
            scope.ids,
            *(donor_id, first, last),
        )
        return {Category(category): count for category, count in rows}

    async def new_parts(
        self, scope: Scope, donor_id: UUID, first: datetime, last: datetime
    ) -> dict[tuple[Category, NewPart], int]:
        """New parts that these devices were given at workshops, of the kinds that the method of impact counts."""
        rows = await (await self.driver()).fetch(
            f"""SELECT coalesce(v.seen_category, v.category), part.key, sum(part.value::int)::int
            FROM donation d JOIN device v ON v.donation_id = d.id, jsonb_each_text(v.new_parts) AS part
            WHERE {_OF_YEAR} AND v.stage = 'handed_over' GROUP BY 1, 2""",
            scope.ids,
            *(donor_id, first, last),
        )
        return parts_of(rows)

    async def work(self, scope: Scope, donor_id: UUID, first: datetime, last: datetime) -> Work:
        """The insertion work that workshops have told of these donations' devices."""
        row = await (await self.driver()).fetchrow(
            f"""SELECT coalesce(sum(v.work_minutes), 0)::bigint, count(v.work_minutes)::int
            FROM donation d JOIN device v ON v.donation_id = d.id WHERE {_OF_YEAR}""",
            scope.ids,
            *(donor_id, first, last),
        )
        assert row is not None  # an aggregate without GROUP BY always answers
        return Work(*row)

    async def documents(self, scope: Scope, donor_id: UUID, first: datetime, last: datetime) -> list[DocumentOut]:
        """The documents that hold of these donations, in the order of their numbers."""
        rows = await (await self.driver()).fetch(
            f"""SELECT * FROM (
                SELECT DISTINCT ON (o.subject) o.id, o.donation_id, o.kind, o.number, o.code, o.sha256, o.size,
                    o.issued_at
                FROM document o JOIN donation d ON d.id = o.donation_id
                WHERE {_OF_YEAR} AND split_part(o.subject, ':', 2) <> 'link'
                ORDER BY o.subject, o.issued_at DESC, o.id DESC
            ) AS newest ORDER BY number""",
            scope.ids,
            *(donor_id, first, last),
        )
        return [DocumentOut.model_validate(dict(row)) for row in rows]
