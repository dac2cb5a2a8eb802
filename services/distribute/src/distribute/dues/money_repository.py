"""SQL of invoices, payments and which pays which."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed
from filiere.identifiers import uuid7

from distribute.dues.repository import NUMBER
from distribute.dues.schemas import InvoiceOut, PaymentIn, PaymentOut
from distribute.dues.settling import Credit, Open, Share
from distribute.dues.status import InvoiceKind

BEFORE = "c.reference, c.what_for, c.reason"
# What is settled of an invoice, and of a credit note (below nothing, as its total).
_COLUMNS = f"""
n.id, n.relais_id, r.name AS relais_name, {NUMBER} AS number, n.kind, n.issued_on, n.due_on, n.first_day, n.last_day,
n.total_cents, CASE n.kind
    WHEN 'invoice' THEN (SELECT coalesce(sum(amount_cents), 0) FROM settlement WHERE invoice_id = n.id)
    ELSE -(SELECT coalesce(sum(amount_cents), 0) FROM settlement WHERE credit_note_id = n.id)
END::bigint AS settled_cents, n.reminded_at, {BEFORE}
"""
_FROM = "invoice n JOIN relais r ON r.id = n.relais_id LEFT JOIN carried_over c ON c.id = n.id"
_SELECT = f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR n.relais_id = ANY($1))"
# By day first: what was carried over has the id that whoever said it has given it.
_DAY = Key("(n.issued_on - DATE '2000-01-01')", Kind.NUMBER)
_INVOICES = Listing(_COLUMNS, _FROM, {"newest": Order(_DAY, Key("n.id", Kind.ID), down=True)}, counted="invoice n")
_PAYMENT = """
p.id, p.received_on, p.means, p.reference, p.amount_cents,
(SELECT coalesce(sum(amount_cents), 0) FROM settlement WHERE payment_id = p.id)::bigint AS settled_cents,
p.undoes, EXISTS (SELECT 1 FROM payment u WHERE u.undoes = p.id) AS is_undone, p.reason, p.recorded_at
"""
_PAYMENTS = Listing(
    _PAYMENT, "payment p", {"newest": Order(Key("p.recorded_at", Kind.INSTANT), Key("p.id", Kind.ID), down=True)}
)
_CREDITS = """
SELECT l.id, p.id IS NOT NULL, l.left_cents FROM money_left l
LEFT JOIN payment p ON p.id = l.id LEFT JOIN invoice n ON n.id = l.id
WHERE l.relais_id = $1 AND NOT l.is_invoice AND l.left_cents > 0 ORDER BY coalesce(p.received_on, n.issued_on), l.id
"""


class Taken(NamedTuple):
    """A payment as it is locked."""

    relais_id: UUID
    amount_cents: int
    undoes: UUID | None
    is_undone: bool


class Days(NamedTuple):
    """The days that an invoice names, in the order of its columns."""

    issued_on: date
    due_on: date
    first_day: date
    last_day: date


class MoneyRepository(Repository):
    # every tenant: of a Relais whose dues the caller has locked
    async def invoice(
        self, relais_id: UUID, issued_on: date, last: date, due_on: date, parties: Mapping[str, Any]
    ) -> UUID | None:
        """Put every due until a day that is on no invoice on a new one; None when there is none."""
        driver = await self.driver()
        # Once: a sale of before that a till without the network sends meanwhile goes on the next one.
        found = await driver.fetchrow(
            "SELECT min(d.day), sum(d.amount_cents), array_agg(d.id)"
            " FROM due d LEFT JOIN invoice_line x ON x.due_id = d.id"
            " WHERE d.relais_id = $1 AND d.day <= $2 AND x.due_id IS NULL",
            relais_id,
            last,
        )
        if found is None or found[0] is None:
            return None
        invoice_id, total = uuid7(), int(found[1])
        days = Days(issued_on, due_on if total >= 0 else issued_on, found[0], last)
        await self.issue(relais_id, invoice_id, issued_on.year, days, total, found[2], parties)
        return invoice_id

    # every tenant: of a Relais whose dues the caller has locked
    async def issue(
        self,
        relais_id: UUID,
        invoice_id: UUID,
        year: int,
        days: Days,
        total: int,
        dues: Sequence[int],
        parties: Mapping[str, Any],
    ) -> None:
        """An invoice of these dues, or a credit note when they are less than nothing, under the series' next number."""
        driver = await self.driver()
        serial = await driver.fetchval(
            "INSERT INTO invoice_counter (year, last) VALUES ($1, 1)"
            " ON CONFLICT (year) DO UPDATE SET last = invoice_counter.last + 1 RETURNING last",
            year,
        )
        kind = InvoiceKind.INVOICE if total >= 0 else InvoiceKind.CREDIT_NOTE
        await driver.execute(
            "INSERT INTO invoice (relais_id, id, year, serial, kind, issued_on, due_on, first_day, last_day,"
            " total_cents, parties) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::jsonb)",
            relais_id,
            invoice_id,
            year,
            serial,
            kind.value,
            *days,
            total,
            json.dumps(dict(parties)),
        )
        await driver.execute(
            "INSERT INTO invoice_line (due_id, invoice_id) SELECT unnest($1::bigint[]), $2", dues, invoice_id
        )

    # every tenant: of an invoice whose Relais' dues the caller has locked
    async def let_go(self, invoice_id: UUID) -> None:
        """A minus entry for each payment or credit note that pays it: they are there for others again."""
        await (await self.driver()).execute(
            "INSERT INTO settlement (relais_id, invoice_id, payment_id, credit_note_id, amount_cents)"
            " SELECT relais_id, invoice_id, payment_id, credit_note_id, -sum(amount_cents) FROM settlement"
            " WHERE invoice_id = $1 GROUP BY 1, 2, 3, 4 HAVING sum(amount_cents) <> 0",
            invoice_id,
        )

    async def get(self, scope: Scope, invoice_id: UUID) -> InvoiceOut | None:
        row = await (await self.driver()).fetchrow(f"{_SELECT} AND n.id = $2", scope.ids, invoice_id)
        return InvoiceOut.model_validate(dict(row)) if row is not None else None

    # every tenant: of an invoice that the caller has found
    async def parties(self, invoice_id: UUID) -> dict[str, Any]:
        found: str = await (await self.driver()).fetchval("SELECT parties::text FROM invoice WHERE id = $1", invoice_id)
        said: dict[str, Any] = json.loads(found)
        return said

    async def invoices(self, scope: Scope, relais_id: UUID, part: Part) -> Found[InvoiceOut]:
        """Newest first."""
        wanted = scope.where("n.relais_id").add("n.relais_id = {}", relais_id)
        return (await _INVOICES.page(await self.driver(), wanted, part)).of(lambda row: InvoiceOut(**listed(row)))

    async def unpaid(self, scope: Scope) -> list[InvoiceOut]:
        """Invoices that are not paid whole, oldest due first: read from what is left, however many are paid."""
        rows = await (await self.driver()).fetch(
            f"SELECT n.id, n.relais_id, r.name AS relais_name, {NUMBER} AS number, n.kind, n.issued_on, n.due_on,"
            " n.first_day, n.last_day, n.total_cents, n.total_cents - l.left_cents AS settled_cents, n.reminded_at,"
            f" {BEFORE} FROM money_left l JOIN invoice n ON n.id = l.id JOIN relais r ON r.id = n.relais_id"
            " LEFT JOIN carried_over c ON c.id = n.id"
            " WHERE l.is_invoice AND l.left_cents > 0 AND ($1::uuid[] IS NULL OR l.relais_id = ANY($1))"
            " ORDER BY r.name, n.relais_id, n.due_on, n.year, n.serial",
            scope.ids,
        )
        return [InvoiceOut.model_validate(dict(row)) for row in rows]

    async def unused(self, scope: Scope) -> dict[UUID, int]:
        """Relais → cents of payments and credit notes that pay nothing yet."""
        rows = await (await self.driver()).fetch(
            "SELECT relais_id, sum(left_cents)::bigint FROM money_left"
            " WHERE NOT is_invoice AND ($1::uuid[] IS NULL OR relais_id = ANY($1))"
            " GROUP BY 1 HAVING sum(left_cents) <> 0",
            scope.ids,
        )
        return {row[0]: row[1] for row in rows}

    # every tenant: of a Relais whose dues the caller has locked
    async def pay(self, relais_id: UUID, said: PaymentIn) -> bool:
        """Keep a payment; False when another Relais' has its id."""
        row = await (await self.driver()).fetchrow(
            "INSERT INTO payment (relais_id, id, received_on, means, reference, amount_cents)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING RETURNING id",
            relais_id,
            said.id,
            said.received_on,
            said.means.value,
            said.reference,
            said.amount_cents,
        )
        return row is not None

    # every tenant: of the coordination, which records payments of all
    async def payment(self, payment_id: UUID) -> Taken | None:
        row = await (await self.driver()).fetchrow(
            "SELECT relais_id, amount_cents, undoes, EXISTS (SELECT 1 FROM payment u WHERE u.undoes = p.id)"
            " FROM payment p WHERE id = $1",
            payment_id,
        )
        return Taken(*row) if row is not None else None

    async def payments(self, scope: Scope, relais_id: UUID, part: Part) -> Found[PaymentOut]:
        """Newest first."""
        wanted = scope.where("p.relais_id").add("p.relais_id = {}", relais_id)
        return (await _PAYMENTS.page(await self.driver(), wanted, part)).of(lambda row: PaymentOut(**listed(row)))

    async def one_payment(self, scope: Scope, payment_id: UUID) -> PaymentOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_PAYMENT} FROM payment p WHERE ($1::uuid[] IS NULL OR p.relais_id = ANY($1)) AND p.id = $2",
            scope.ids,
            payment_id,
        )
        return PaymentOut.model_validate(dict(row)) if row is not None else None

    # every tenant: of a payment whose Relais' dues the caller has locked
    async def take_back(self, payment_id: UUID, on: date, reason: str) -> UUID:
        """A minus entry for the payment, and for each invoice that it paid."""
        driver, minus_id = await self.driver(), uuid7()
        await driver.execute(
            "INSERT INTO payment (relais_id, id, received_on, means, reference, amount_cents, undoes, reason)"
            " SELECT relais_id, $2, $3, means, reference, -amount_cents, id, $4 FROM payment WHERE id = $1",
            payment_id,
            minus_id,
            on,
            reason,
        )
        await driver.execute(
            "INSERT INTO settlement (relais_id, invoice_id, payment_id, amount_cents)"
            " SELECT relais_id, invoice_id, payment_id, -sum(amount_cents) FROM settlement WHERE payment_id = $1"
            " GROUP BY 1, 2, 3 HAVING sum(amount_cents) <> 0",
            payment_id,
        )
        return minus_id

    # every tenant: of a Relais whose dues the caller has locked
    async def to_settle(self, relais_id: UUID) -> tuple[list[Open], list[Credit]]:
        """Invoices with something to pay, oldest due first, and what may pay them, oldest first."""
        driver = await self.driver()
        rows = await driver.fetch(
            "SELECT n.id, l.left_cents FROM money_left l JOIN invoice n ON n.id = l.id"
            " WHERE l.relais_id = $1 AND l.is_invoice AND l.left_cents > 0 ORDER BY n.due_on, n.year, n.serial",
            relais_id,
        )
        credits = await driver.fetch(_CREDITS, relais_id)
        return [Open(row[0], int(row[1])) for row in rows], [Credit(row[0], row[1], int(row[2])) for row in credits]

    async def open_invoices(self, relais_id: UUID) -> set[UUID]:
        """Those with something to pay."""
        return {one.id for one in (await self.to_settle(relais_id))[0]}

    # every tenant: of a Relais whose dues the caller has locked
    async def settle(self, relais_id: UUID, shares: Sequence[Share]) -> None:
        await (await self.driver()).execute(
            "INSERT INTO settlement (relais_id, invoice_id, payment_id, credit_note_id, amount_cents)"
            " SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[])",
            relais_id,
            [one.invoice_id for one in shares],
            [one.credit.id if one.credit.is_payment else None for one in shares],
            [None if one.credit.is_payment else one.credit.id for one in shares],
            [one.cents for one in shares],
        )

    # every tenant: of invoices that the caller has found
    async def remind(self, invoice_ids: Sequence[UUID]) -> set[UUID]:
        """Say that their Relais is told; returns those of which it was not told before."""
        rows = await (await self.driver()).fetch(
            "UPDATE invoice SET reminded_at = now() WHERE id = ANY($1::uuid[]) AND reminded_at IS NULL RETURNING id",
            sorted(invoice_ids),
        )
        return {row[0] for row in rows}
