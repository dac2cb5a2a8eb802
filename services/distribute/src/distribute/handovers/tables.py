"""Tables of the handovers slice. The only tables that hold anything about persons, and then only a local alias."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from filiere.catalogue import Tier
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.handovers.status import Criterion, HandoverKind
from distribute.till_journal.status import Means


class HandoverTable(Base):
    """A device that is handed over. One that was taken back stays in the journal alone."""

    __tablename__ = "handover"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    # Without a gap per Relais and year: accountants count them.
    receipt_year: Mapped[int]
    receipt_number: Mapped[int]
    device_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"))
    # The line it was promised to when it left; the device may be promised anew later. None for an old tool's handovers.
    line_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    kind: Mapped[str]
    tier: Mapped[str]
    amount_cents: Mapped[int]
    explanation: Mapped[list[str]] = mapped_column(pg.ARRAY(sa.Text))
    # Chosen by the Relais, meaningless elsewhere; never in an event, a log line or another role's page.
    person_alias: Mapped[str | None]
    person_public: Mapped[str | None]
    # Told to the person and printed on the receipt: what the warranty does not cover.
    declared_defects: Mapped[str | None]
    handed_over_at: Mapped[Created]
    # What was handed over together; those from before the journal were handed over alone.
    checkout_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    # Its entry in the journal. Without one it comes from before, or from a process of the release before.
    sequence: Mapped[int | None] = mapped_column(sa.BigInteger)
    # The old tool of a network that moved in: its till entered it, and ours never does.
    carried_over: Mapped[str | None]
    # It came back under guarantee: the sale stands, the device is elsewhere.
    returned_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # Where it is not two years from the handover: after a swap or a repair.
    guaranteed_until: Mapped[date | None]

    __table_args__ = (
        sa.Index(
            "uq_handover_with_a_person", "device_id", unique=True, postgresql_where=sa.text("returned_at IS NULL")
        ),
        sa.Index("ix_handover_device_id", "device_id"),
        sa.UniqueConstraint("relais_id", "receipt_year", "receipt_number"),
        sa.CheckConstraint(one_of("kind", HandoverKind), name="kind_known"),
        sa.CheckConstraint(one_of("tier", Tier), name="tier_known"),
        sa.CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
        sa.CheckConstraint(
            "(kind = 'given') = (tier = 'gift') AND (kind = 'sold' OR amount_cents = 0)", name="gifts_are_free"
        ),
        sa.Index("ix_handover_relais_day", "relais_id", "handed_over_at"),
        sa.Index("ix_handover_checkout_id", "checkout_id", postgresql_where=sa.text("checkout_id IS NOT NULL")),
        # What was handed over of a line.
        sa.Index("ix_handover_line_id", "line_id", postgresql_where=sa.text("line_id IS NOT NULL")),
        sa.Index(
            "ix_handover_unchained",
            "relais_id",
            postgresql_where=sa.text("sequence IS NULL AND carried_over IS NULL"),
        ),
    )


class CheckoutTable(Base):
    """Devices handed over to one person or structure in one go, and how they were paid."""

    __tablename__ = "till_checkout"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    # Chosen by whoever asks, so that asking twice sells once.
    id: Mapped[Id] = mapped_column(primary_key=True)
    made_by: Mapped[str]
    made_at: Mapped[Created]
    kind: Mapped[str]
    tier: Mapped[str]
    # What opened the tier: by which criterion, which bracket, seen by whom and when; never the document.
    criterion: Mapped[str | None]
    bracket: Mapped[str | None]
    seen_by: Mapped[str | None]
    seen_on: Mapped[date | None]
    person_cents: Mapped[int]
    person_means: Mapped[str | None]
    structure_cents: Mapped[int]
    structure_means: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", HandoverKind), name="kind_known"),
        sa.CheckConstraint(one_of("tier", Tier), name="tier_known"),
        sa.CheckConstraint(one_of("criterion", Criterion), name="criterion_known"),
        sa.CheckConstraint(one_of("person_means", Means), name="person_means_known"),
        sa.CheckConstraint(one_of("structure_means", Means), name="structure_means_known"),
        sa.CheckConstraint("person_cents >= 0 AND structure_cents >= 0", name="parts_not_negative"),
        sa.CheckConstraint("(seen_by IS NULL) = (seen_on IS NULL)", name="seen_by_is_dated"),
        sa.Index("ix_till_checkout_relais", "relais_id", "made_at"),
    )


class ReceiptCounterTable(Base):
    """Last receipt number of a Relais in a year."""

    __tablename__ = "receipt_counter"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
