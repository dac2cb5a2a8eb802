"""Tables of dues, invoices and payments. All but the counter only ever grow (triggers)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.dues.status import Basis, DueKind, InvoiceKind, PaidBy


def _relais() -> Mapped[UUID]:
    return mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))


class DuesTermsTable(Base):
    """What the agreement says of money, from a day on."""

    __tablename__ = "dues_terms"

    relais_id: Mapped[UUID] = _relais()
    id: Mapped[Id] = mapped_column(primary_key=True)
    from_day: Mapped[date]
    basis: Mapped[str]
    percent: Mapped[int]
    days_to_pay: Mapped[int]
    set_at: Mapped[Created]

    __table_args__ = (
        sa.UniqueConstraint("relais_id", "from_day"),
        sa.CheckConstraint(one_of("basis", Basis), name="basis_known"),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent_is_a_share"),
        sa.CheckConstraint("days_to_pay BETWEEN 0 AND 365", name="days_to_pay_bounded"),
    )


class DueTable(Base):
    """One amount that a Relais owes, or is credited; written by triggers with what it comes from."""

    __tablename__ = "due"

    relais_id: Mapped[UUID] = _relais()
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    day: Mapped[date]
    kind: Mapped[str]
    # Of a sale: the entry of the till's journal.
    sequence: Mapped[int | None] = mapped_column(sa.BigInteger)
    receipt: Mapped[str | None]
    # Of a device: the line of the order whose price counts.
    order_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    line_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    # None of what was owed before.
    device_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    label: Mapped[str]
    # None of a top-up, nor of what was owed before.
    category: Mapped[str | None]
    grade: Mapped[str | None]
    base_cents: Mapped[int]
    percent: Mapped[int]
    amount_cents: Mapped[int]
    reverses: Mapped[int | None] = mapped_column(sa.BigInteger, unique=True)
    at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", DueKind), name="kind_known"),
        sa.CheckConstraint(
            "(kind IN ('undo', 'gone', 'corrected')) = (reverses IS NOT NULL)", name="credit_names_its_due"
        ),
        sa.Index(
            "uq_due_entry", "relais_id", "sequence", unique=True, postgresql_where=sa.text("sequence IS NOT NULL")
        ),
        sa.Index("ix_due_relais", "relais_id", "day", "id"),
        sa.Index("ix_due_device", "device_id", "id"),
        sa.Index("ix_due_at", "at"),
    )


class CarriedOverTable(Base):
    """What a Relais owed before its network came here, as the coordination says it once, or the minus entry of one.

    Its due is written by a trigger. Invoiced before (`due_on`), it is open at once under a number of its own series;
    else it goes on the next invoice.
    """

    __tablename__ = "carried_over"

    relais_id: Mapped[UUID] = _relais()
    id: Mapped[Id] = mapped_column(primary_key=True)
    due_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("due.id"), unique=True)
    day: Mapped[date]
    due_on: Mapped[date | None]
    # Of the paper of before.
    reference: Mapped[str]
    what_for: Mapped[str]
    amount_cents: Mapped[int]
    corrects: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("carried_over.id"), unique=True)
    reason: Mapped[str | None]
    stated_at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint("due_on IS NULL OR reference <> ''", name="invoiced_names_its_paper"),
        sa.CheckConstraint("(corrects IS NULL) = (amount_cents > 0) AND amount_cents <> 0", name="minus_corrects"),
        sa.Index("ix_carried_over_relais", "relais_id", "stated_at", "id"),
    )


class InvoiceCounterTable(Base):
    """The last number of each year; its row is locked until the invoice is kept, so that no number is left out."""

    __tablename__ = "invoice_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class InvoiceTable(Base):
    """An invoice or a credit note, as it was made; of year 0 what was invoiced before: `carried_over` of its id."""

    __tablename__ = "invoice"

    relais_id: Mapped[UUID] = _relais()
    id: Mapped[Id] = mapped_column(primary_key=True)
    year: Mapped[int]
    serial: Mapped[int]
    kind: Mapped[str]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    first_day: Mapped[date]
    last_day: Mapped[date]
    total_cents: Mapped[int] = mapped_column(sa.BigInteger)
    # Name, SIRET and address of both sides on that day, and what the network's accountant has printed below.
    parties: Mapped[dict[str, Any]] = mapped_column(pg.JSONB)
    reminded_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.UniqueConstraint("year", "serial"),
        sa.CheckConstraint(one_of("kind", InvoiceKind), name="kind_known"),
        sa.CheckConstraint("(kind = 'invoice') = (total_cents >= 0)", name="credit_note_below_nothing"),
        sa.Index("ix_invoice_relais", "relais_id", "issued_on", "id"),
        # As lists are ordered: a day counts as a number there.
        sa.Index("ix_invoice_day", sa.text("(issued_on - '2000-01-01'::date)"), "id"),
        sa.Index("ix_invoice_relais_day", "relais_id", sa.text("(issued_on - '2000-01-01'::date)"), "id"),
    )


class InvoiceLineTable(Base):
    """A due is on one invoice at most."""

    __tablename__ = "invoice_line"

    due_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("due.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("invoice.id"))

    __table_args__ = (sa.Index("ix_invoice_line_invoice", "invoice_id"),)


class PaymentTable(Base):
    """What the network received from a Relais, or a minus entry that takes one back."""

    __tablename__ = "payment"

    relais_id: Mapped[UUID] = _relais()
    id: Mapped[Id] = mapped_column(primary_key=True)
    received_on: Mapped[date]
    means: Mapped[str]
    reference: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(sa.BigInteger)
    undoes: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("payment.id"), unique=True)
    reason: Mapped[str | None]
    recorded_at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint(one_of("means", PaidBy), name="means_known"),
        sa.CheckConstraint("(undoes IS NULL) = (amount_cents > 0) AND amount_cents <> 0", name="minus_undoes"),
        sa.Index("ix_payment_relais", "relais_id", "received_on", "id"),
    )


class SettlementTable(Base):
    """How much of a payment or of a credit note pays how much of an invoice; minus when a payment is taken back."""

    __tablename__ = "settlement"

    relais_id: Mapped[UUID] = _relais()
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("invoice.id"))
    payment_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("payment.id"))
    credit_note_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("invoice.id"))
    amount_cents: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint("(payment_id IS NULL) <> (credit_note_id IS NULL)", name="by_one_or_the_other"),
        sa.CheckConstraint("amount_cents <> 0", name="something"),
        sa.Index("ix_settlement_invoice", "invoice_id"),
        sa.Index("ix_settlement_relais", "relais_id"),
        sa.Index("ix_settlement_payment", "payment_id"),
        sa.Index("ix_settlement_credit_note", "credit_note_id"),
        sa.Index("ix_settlement_at", "at"),
    )


class MoneyLeftTable(Base):
    """What is left to pay of an invoice, or to use of a payment or a credit note; no row once that is nothing.

    Written by triggers, so that what is open costs as much as what is open, however long the history is.
    """

    __tablename__ = "money_left"

    relais_id: Mapped[UUID] = _relais()
    id: Mapped[Id] = mapped_column(primary_key=True)
    is_invoice: Mapped[bool]
    left_cents: Mapped[int] = mapped_column(sa.BigInteger)

    __table_args__ = (sa.Index("ix_money_left_relais", "relais_id"),)


class DuesProofTable(Base):
    """The last time when dues were held against what they come from, since when, and what did not add up; and the last
    time when all did.
    """

    __tablename__ = "dues_proof"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    at: Mapped[Created]
    since: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    breaks: Mapped[list[dict[str, Any]]] = mapped_column(pg.JSONB)
