"""SQL of dues, of the terms that make them, and of the proof that they add up."""

from collections.abc import AsyncIterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg
from filiere.database import FETCHED, Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed
from filiere.identifiers import uuid7

from distribute.dues.schemas import DueOut, DuesBreakOut, TermsIn, TermsOut

NUMBER = "'F' || n.year || '-' || lpad(n.serial::text, 4, '0')"
_COLUMNS = f"""
d.id, d.day, d.kind, d.sequence, d.receipt, d.order_id, d.label, d.category, d.base_cents, d.percent, d.amount_cents,
{NUMBER} AS invoice
"""
_FROM = "due d LEFT JOIN invoice_line x ON x.due_id = d.id LEFT JOIN invoice n ON n.id = x.invoice_id"
_LISTED = Listing(_COLUMNS, _FROM, {"newest": Order(Key("d.id", Kind.NUMBER), down=True)}, counted="due d")
# What each due must be, from what it comes from: an entry of the till, or the price kept on the order's line.
_EXPECTED = """
SELECT d.relais_id, coalesce('reçu ' || d.receipt, 'équipement ' || d.label) AS what, d.amount_cents AS said,
    CASE d.kind
        WHEN 'sale' THEN ((e.person_cents + e.structure_cents) * d.percent + 50) / 100
        WHEN 'received' THEN (d.base_cents * d.percent + 50) / 100
        ELSE -least(r.amount_cents, CASE WHEN e.details ? 'part_of'
            THEN (-(e.person_cents + e.structure_cents) * d.percent + 50) / 100 ELSE r.amount_cents END)
    END AS expected
FROM due d
LEFT JOIN till_entry e ON e.relais_id = d.relais_id AND e.sequence = d.sequence
LEFT JOIN due r ON r.id = d.reverses AND r.relais_id = d.relais_id
"""
_BREAKS = f"""
WITH held AS (
    SELECT relais_id, device_id FROM stock_item WHERE status IN ('delivered', 'lent', 'handed_over')
), broken AS (
    SELECT relais_id, what, said, coalesce(expected, 0) AS expected FROM ({_EXPECTED}) e
    WHERE said IS DISTINCT FROM expected
    UNION ALL
    -- A sale under terms of that day has its due.
    SELECT e.relais_id, 'reçu ' || e.receipt, 0, ((e.person_cents + e.structure_cents) * t.percent + 50) / 100
    FROM till_entry e
    CROSS JOIN LATERAL (
        SELECT basis, percent, set_at FROM dues_terms t WHERE t.relais_id = e.relais_id AND t.from_day <= e.day
        ORDER BY from_day DESC LIMIT 1
    ) t
    WHERE e.kind = 'sale' AND t.basis = 'per_sale' AND t.set_at < e.at AND e.person_cents + e.structure_cents > 0
      AND ((e.person_cents + e.structure_cents) * t.percent + 50) / 100 > 0
      AND NOT EXISTS (SELECT 1 FROM due d WHERE d.relais_id = e.relais_id AND d.sequence = e.sequence)
    UNION ALL
    -- A sale that was taken back is credited.
    SELECT e.relais_id, 'reçu ' || e.receipt, d.amount_cents, 0
    FROM till_entry e JOIN due d ON d.relais_id = e.relais_id AND d.sequence = e.undoes
    WHERE e.kind = 'undo' AND NOT EXISTS (SELECT 1 FROM due u WHERE u.reverses = d.id)
    UNION ALL
    -- What was charged by device is there, or was handed over; or it is credited.
    SELECT d.relais_id, 'équipement ' || d.label, d.amount_cents, 0 FROM due d
    WHERE d.kind = 'received' AND NOT EXISTS (SELECT 1 FROM due u WHERE u.reverses = d.id)
      AND NOT EXISTS (SELECT 1 FROM held h WHERE h.device_id = d.device_id AND h.relais_id = d.relais_id)
    UNION ALL
    SELECT n.relais_id, 'facture ' || {NUMBER}, n.total_cents, coalesce(sum(d.amount_cents), 0)
    FROM invoice n LEFT JOIN invoice_line x ON x.invoice_id = n.id
    LEFT JOIN due d ON d.id = x.due_id AND d.relais_id = n.relais_id
    GROUP BY n.id HAVING n.total_cents <> coalesce(sum(d.amount_cents), 0)
    UNION ALL
    SELECT n.relais_id, 'règlement de la facture ' || {NUMBER}, sum(s.amount_cents), n.total_cents
    FROM invoice n JOIN settlement s ON s.invoice_id = n.id
    GROUP BY n.id HAVING sum(s.amount_cents) NOT BETWEEN 0 AND n.total_cents
    UNION ALL
    SELECT p.relais_id, 'paiement du ' || p.received_on, sum(s.amount_cents),
        CASE WHEN EXISTS (SELECT 1 FROM payment u WHERE u.undoes = p.id) THEN 0 ELSE p.amount_cents END
    FROM payment p JOIN settlement s ON s.payment_id = p.id
    GROUP BY p.id HAVING sum(s.amount_cents) NOT BETWEEN 0 AND
        CASE WHEN EXISTS (SELECT 1 FROM payment u WHERE u.undoes = p.id) THEN 0 ELSE p.amount_cents END
    UNION ALL
    SELECT n.relais_id, 'avoir ' || {NUMBER}, sum(s.amount_cents), -n.total_cents
    FROM invoice n JOIN settlement s ON s.credit_note_id = n.id
    GROUP BY n.id HAVING sum(s.amount_cents) NOT BETWEEN 0 AND -n.total_cents
    UNION ALL
    SELECT n.relais_id, 'facture ' || {NUMBER} || ' : le numéro d''avant manque', n.serial, n.place
    FROM (SELECT *, row_number() OVER (PARTITION BY year ORDER BY serial) AS place FROM invoice) n
    WHERE n.serial <> n.place
)
SELECT relais_id, what, said AS said_cents, expected AS expected_cents FROM broken ORDER BY relais_id, what LIMIT 100
"""


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
    async def of_invoice(self, invoice_id: UUID) -> list[DueOut]:
        """Its lines, oldest first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE n.id = $1 ORDER BY d.day, d.id", invoice_id
        )
        return [_due(row) for row in rows]

    async def sums(self, scope: Scope, relais_id: UUID, first: date, last: date) -> Sums:
        row = await (await self.driver()).fetchrow(
            """
SELECT coalesce(sum(d.amount_cents) FILTER (WHERE d.day < $3), 0),
    (SELECT coalesce(sum(amount_cents), 0) FROM payment WHERE relais_id = $2 AND received_on < $3),
    coalesce(sum(d.amount_cents) FILTER (WHERE d.day BETWEEN $3 AND $4 AND d.amount_cents > 0), 0),
    coalesce(sum(d.amount_cents) FILTER (WHERE d.day BETWEEN $3 AND $4 AND d.amount_cents < 0), 0),
    (SELECT coalesce(sum(amount_cents), 0) FROM payment WHERE relais_id = $2 AND received_on BETWEEN $3 AND $4),
    coalesce(sum(d.amount_cents) FILTER (WHERE x.due_id IS NULL), 0)
FROM due d LEFT JOIN invoice_line x ON x.due_id = d.id
WHERE ($1::uuid[] IS NULL OR d.relais_id = ANY($1)) AND d.relais_id = $2
""",
            scope.ids,
            relais_id,
            first,
            last,
        )
        assert row is not None
        return Sums(*(int(one) for one in row))

    async def totals(self, scope: Scope) -> tuple[int, int, int, int]:
        """(dues, their sum in cents, invoices, payments)."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*), coalesce(sum(amount_cents), 0),"
            " (SELECT count(*) FROM invoice WHERE $1::uuid[] IS NULL OR relais_id = ANY($1)),"
            " (SELECT count(*) FROM payment WHERE $1::uuid[] IS NULL OR relais_id = ANY($1))"
            " FROM due WHERE $1::uuid[] IS NULL OR relais_id = ANY($1)",
            scope.ids,
        )
        assert row is not None
        return int(row[0]), int(row[1]), int(row[2]), int(row[3])

    # every tenant: the coordination and the operator hold all amounts against what they come from
    async def breaks(self) -> list[DuesBreakOut]:
        """The first hundred amounts that do not add up."""
        rows = await (await self.driver()).fetch(_BREAKS)
        return [DuesBreakOut.model_validate(dict(row)) for row in rows]


def _wanted(scope: Scope, relais_id: UUID, first: date, last: date) -> Where:
    return scope.where("d.relais_id").add("d.relais_id = {}", relais_id).add("d.day BETWEEN {} AND {}", first, last)


def _due(row: "asyncpg.Record") -> DueOut:
    return DueOut.model_validate(dict(row))
