"""Shapes of dues in the API."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category
from filiere.web.bounded_types import Day, NoFlag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.dues.status import Basis, DueKind, InvoiceKind, PaidBy, thing_fr

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


class CarriedIn(BaseModel):
    """What a Relais owed before its network came here."""

    model_config = ConfigDict(extra="forbid")

    id: UUID = Field(description="Of whoever says it: the same again is kept once.")
    day: Day = Field(description="Of the paper of before, or on which it was owed: yesterday at the latest.")
    amount_cents: Amount = Field(description="What is left to pay of it, in euro cents.")
    what_for: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=80), Visible]
    reference: Words = Field("", description="Of the paper by which it was invoiced before; no person.")
    due_on: Day | None = Field(
        None, description="Until when that paper was to be paid. Without: it was on none, and goes on the next invoice."
    )


class CarriedOut(BaseModel):
    """The same as kept, or its minus entry."""

    id: UUID
    relais_id: UUID
    day: date
    due_on: date | None
    reference: str
    what_for: str
    amount_cents: int
    corrects: UUID | None = Field(description="The one that it takes back.")
    is_corrected: bool
    reason: str | None
    invoice_id: UUID | None
    invoice: str | None = Field(description="Number under which it is open, or of the invoice that it is on.")
    stated_at: datetime

    def says(self, said: CarriedIn) -> bool:
        """Whether the same was said by it, word for word."""
        fields = CarriedIn.model_fields.keys() - {"id"}
        return said.model_dump(include=fields) == self.model_dump(include=fields)


class CorrectIn(BaseModel):
    """Why what was said of before is taken back."""

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
    category: Category | None = Field(description="Of a device; a top-up has none, nor what was owed before.")
    base_cents: int = Field(description="The price of which a share is due.")
    percent: int
    amount_cents: int
    invoice: str | None = Field(description="Number of the invoice that it is on.")

    @property
    def thing_fr(self) -> str:
        return thing_fr(self.kind, self.category)


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
    reference: str | None = Field(None, description="Of what was invoiced before: of its paper.")
    what_for: str | None = None
    reason: str | None = Field(None, description="Why what was said of before is taken back.")

    @property
    def is_carried(self) -> bool:
        """Whether it stands for a paper of before."""
        return self.reference is not None

    @property
    def kind_fr(self) -> str:
        if self.is_carried:
            return (DueKind.CARRIED if self.kind is InvoiceKind.INVOICE else DueKind.CORRECTED).label_fr
        return self.kind.label_fr

    @property
    def called(self) -> str:
        """By which the Relais knows it: of a paper of before its own number, then ours."""
        return f"{self.reference} ({self.number})" if self.is_carried else self.number

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
