"""Shapes of dues in the API."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category
from filiere.web.bounded_types import Day, NoFlag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.dues.status import Basis, DueKind, InvoiceKind, PaidBy

Percent = Annotated[int, Field(ge=0, le=100), NoFlag]
Amount = Annotated[int, Field(ge=1, le=1_000_000_00, description="Euro cents."), NoFlag]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), Visible]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Visible]


class TermsIn(BaseModel):
    """What the agreement says of money."""

    model_config = ConfigDict(extra="forbid")

    from_day: Day
    basis: Basis
    percent: Percent = Field(0, description="Share of the price that is due.")
    days_to_pay: Annotated[int, Field(ge=0, le=365), NoFlag] = 30


class TermsOut(TermsIn):
    """The same, as kept."""


class InvoiceIn(BaseModel):
    """Up to which day."""

    model_config = ConfigDict(extra="forbid")

    last: Day = Field(description="Last day; everything that is due until then and on no invoice yet is on it.")


class PaymentIn(BaseModel):
    """A payment that the network received."""

    model_config = ConfigDict(extra="forbid")

    id: UUID = Field(description="Of whoever records it: the same again is recorded once.")
    received_on: Day
    means: PaidBy
    reference: Words = Field("", description="Of the bank or of the cheque; no person.")
    amount_cents: Amount
    invoice_id: UUID | None = Field(None, description="The invoice that it pays first; then the oldest.")


class UndoPaymentIn(BaseModel):
    """Why a payment is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: Why


class RemindIn(BaseModel):
    """Whom to remind."""

    model_config = ConfigDict(extra="forbid")

    relais_id: UUID | None = Field(None, description="This one only; every one that is late when not said.")


class DueOut(BaseModel):
    """One amount that is due, or credited."""

    id: int
    day: date
    kind: DueKind
    sequence: int | None
    receipt: str | None
    order_id: UUID | None
    label: str
    category: Category | None = Field(description="Of a device; a top-up has none.")
    base_cents: int = Field(description="The price of which a share is due.")
    percent: int
    amount_cents: int
    invoice: str | None = Field(description="Number of the invoice that it is on.")


class InvoiceOut(BaseModel):
    """An invoice, or a credit note."""

    id: UUID
    relais_id: UUID
    relais_name: str
    number: str
    kind: InvoiceKind
    issued_on: date
    due_on: date
    first_day: date
    last_day: date
    total_cents: int
    settled_cents: int = Field(description="Paid, or of a credit note used.")
    reminded_at: datetime | None

    @property
    def left_cents(self) -> int:
        """What is still to pay; of a credit note, to use, below nothing."""
        return self.total_cents - self.settled_cents


class PaymentOut(BaseModel):
    """A payment, or a minus entry."""

    id: UUID
    received_on: date
    means: PaidBy
    reference: str
    amount_cents: int
    settled_cents: int = Field(description="Of it, what pays invoices.")
    undoes: UUID | None
    is_undone: bool
    reason: str | None
    recorded_at: datetime


class StatementOut(BaseModel):
    """What a Relais owes and has paid: over a period, and in all."""

    relais_id: UUID
    relais_name: str
    first: date
    last: date
    terms: TermsOut | None = Field(description="Of today; none: nothing is due.")
    before_cents: int = Field(description="What was owed when the period began.")
    due_cents: int
    credited_cents: int = Field(description="Below nothing.")
    paid_cents: int
    after_cents: int = Field(description="What is owed when it ends: before + due + credited - paid.")
    to_invoice_cents: int = Field(description="Of all that is due today, what no invoice says yet.")
    to_pay_cents: int = Field(description="Of all invoices, what is not paid yet.")
    unused_cents: int = Field(description="Payments and credit notes that pay nothing yet.")


class AgedRowOut(BaseModel):
    """A Relais of the aged balance, by how long its invoices have been due."""

    relais_id: UUID
    relais_name: str
    not_due_cents: int
    to_30_cents: int
    to_60_cents: int
    to_90_cents: int
    over_90_cents: int
    total_cents: int
    unused_cents: int
    to_remind: int = Field(description="Overdue invoices of which nobody was reminded.")


class AgedBalanceOut(BaseModel):
    """Who owes what since when."""

    on: date
    relais: list[AgedRowOut]
    total_cents: int


class RemindedOut(BaseModel):
    """Letters written."""

    relais: int
    invoices: int


class DuesBreakOut(BaseModel):
    """An amount that does not add up."""

    relais_id: UUID
    what: str
    said_cents: int
    expected_cents: int


class DuesProofOut(BaseModel):
    """Every due held against what it comes from, every invoice and payment against its parts."""

    dues: int
    due_cents: int
    invoices: int
    payments: int
    breaks: list[DuesBreakOut]
    holds: bool
