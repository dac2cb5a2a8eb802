"""SQL of dues and of the terms that make them."""

from collections.abc import AsyncIterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg
from filiere.catalogue import Category
from filiere.database import FETCHED, Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed
from filiere.identifiers import uuid7
from filiere.identifiers.digits import digits_sql

from distribute.dues.schemas import DueOut, TermsIn, TermsOut
from distribute.dues.status import CARRIED_YEAR, DueKind

# What was invoiced before has a series of its own.
NUMBER = f"CASE n.year WHEN {CARRIED_YEAR} THEN 'R' ELSE 'F' || n.year END || '-' || {digits_sql('n.serial', 4)}"
_COLUMNS = f"""
d.id, d.day, d.kind, d.sequence, d.receipt, d.order_id, d.label, d.category, d.base_cents, d.percent, d.amount_cents,
{NUMBER} AS invoice
"""
_FROM = "due d LEFT JOIN invoice_line x ON x.due_id = d.id LEFT JOIN invoice n ON n.id = x.invoice_id"
_LISTED = Listing(_COLUMNS, _FROM, {"newest": Order(Key("d.id", Kind.NUMBER), down=True)}, counted="due d")
_OF = "invoice_line x JOIN due d ON d.id = x.due_id JOIN invoice n ON n.id = x.invoice_id"
_OF_INVOICE = Listing(_COLUMNS, _OF, {"oldest": Order(Key("d.id", Kind.NUMBER))}, counted="invoice_line x")


class DuesSum(NamedTuple):
    """Lines of an invoice that are alike, in one month."""

    month: date
    kind: DueKind
    category: Category | None  # none: top-ups, and what was owed before
    percent: int
    lines: int
    base_cents: int
    amount_cents: int


class Sums(NamedTuple):
    """Of a Relais, in cents: before a period, within it, and what no invoice says yet."""

    due_before: int
    paid_before: int
    due: int
    credited: int
    paid: int
    to_invoice: int


class DuesRepository(Repository):
    async def lock_dues_of(self, relais_id: UUID) -> None:
        """Be the only one who invoices or records payments of this Relais until the transaction ends."""
        await (await self.driver()).execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('dues ' || $1::text, 0))", str(relais_id)
        )

    # every tenant: of a Relais that the caller has found
    async def set_terms(self, relais_id: UUID, terms: TermsIn) -> None:
        """Terms of a day instead of those said for it before."""
        await (await self.driver()).execute(
            "INSERT INTO dues_terms (relais_id, id, from_day, basis, percent, days_to_pay)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (relais_id, from_day) DO UPDATE"
            " SET basis = excluded.basis, percent = excluded.percent, days_to_pay = excluded.days_to_pay,"
            " set_at = now()",
            relais_id,
            uuid7(),
            terms.from_day,
            terms.basis.value,
            terms.percent,
            terms.days_to_pay,
        )

    async def terms(self, scope: Scope, relais_id: UUID, on: date) -> TermsOut | None:
        """Those of a day."""
        row = await (await self.driver()).fetchrow(
            "SELECT from_day, basis, percent, days_to_pay FROM dues_terms WHERE ($1::uuid[] IS NULL"
            " OR relais_id = ANY($1)) AND relais_id = $2 AND from_day <= $3 ORDER BY from_day DESC LIMIT 1",
            scope.ids,
            relais_id,
            on,
        )
        return TermsOut.model_validate(dict(row)) if row is not None else None

    async def listing(self, scope: Scope, relais_id: UUID, first: date, last: date, part: Part) -> Found[DueOut]:
        """Dues of a period, newest first."""
        return (await _LISTED.page(await self.driver(), _wanted(scope, relais_id, first, last), part)).of(
            lambda row: DueOut(**listed(row))
        )

    async def each(self, scope: Scope, relais_id: UUID, first: date, last: date) -> AsyncIterator[DueOut]:
        """The same while they are read, oldest first."""
        rows = (await self.driver()).cursor(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR d.relais_id = ANY($1)) AND d.relais_id = $2"
            " AND d.day BETWEEN $3 AND $4 ORDER BY d.day, d.id",
            scope.ids,
            relais_id,
            first,
            last,
            prefetch=FETCHED,
        )
        async for row in rows:
            yield _due(row)

    # every tenant: of an invoice that the caller has found
    async def of_invoice(self, invoice_id: UUID, part: Part) -> Found[DueOut]:
        """Its lines, oldest first."""
        return (await _OF_INVOICE.page(await self.driver(), Where().add("x.invoice_id = {}", invoice_id), part)).of(
            lambda row: DueOut(**listed(row))
        )

    # every tenant: of an invoice that the caller has found
    async def each_of_invoice(self, invoice_id: UUID) -> AsyncIterator[DueOut]:
        """The same while they are read."""
        rows = (await self.driver()).cursor(
            f"SELECT {_COLUMNS} FROM {_OF} WHERE x.invoice_id = $1 ORDER BY d.id", invoice_id, prefetch=FETCHED
        )
        async for row in rows:
            yield _due(row)

    # every tenant: of an invoice that the caller has found
    async def summed_up(self, invoice_id: UUID) -> list[DuesSum]:
        """Its lines by month, nature, category and share: as many rows as there are kinds of lines."""
        rows = await (await self.driver()).fetch(
            "SELECT d.day - extract(day FROM d.day)::int + 1 AS month, d.kind, d.category, d.percent,"
            " count(*) AS lines, sum(d.base_cents)::bigint AS base_cents, sum(d.amount_cents)::bigint AS amount_cents"
            f" FROM {_OF} WHERE x.invoice_id = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            invoice_id,
        )
        return [
            DuesSum(row[0], DueKind(row[1]), Category(row[2]) if row[2] else None, row[3], row[4], row[5], row[6])
            for row in rows
        ]

    async def sums(self, scope: Scope, relais_id: UUID, first: date, last: date) -> Sums:
        # What is on no invoice is what is due less what the invoices say: each says the sum of its lines, and never
        # changes, so that ten years of lines are not looked at one by one.
        row = await (await self.driver()).fetchrow(
            """
SELECT coalesce(sum(d.amount_cents) FILTER (WHERE d.day < $3), 0),
    (SELECT coalesce(sum(amount_cents), 0) FROM payment WHERE relais_id = $2 AND received_on < $3),
    coalesce(sum(d.amount_cents) FILTER (WHERE d.day BETWEEN $3 AND $4 AND d.amount_cents > 0), 0),
    coalesce(sum(d.amount_cents) FILTER (WHERE d.day BETWEEN $3 AND $4 AND d.amount_cents < 0), 0),
    (SELECT coalesce(sum(amount_cents), 0) FROM payment WHERE relais_id = $2 AND received_on BETWEEN $3 AND $4),
    coalesce(sum(d.amount_cents), 0) - (SELECT coalesce(sum(total_cents), 0) FROM invoice WHERE relais_id = $2)
FROM due d
WHERE ($1::uuid[] IS NULL OR d.relais_id = ANY($1)) AND d.relais_id = $2
""",
            scope.ids,
            relais_id,
            first,
            last,
        )
        assert row is not None
        return Sums(*(int(one) for one in row))


def _wanted(scope: Scope, relais_id: UUID, first: date, last: date) -> Where:
    return scope.where("d.relais_id").add("d.relais_id = {}", relais_id).add("d.day BETWEEN {} AND {}", first, last)


def _due(row: "asyncpg.Record") -> DueOut:
    return DueOut.model_validate(dict(row))
