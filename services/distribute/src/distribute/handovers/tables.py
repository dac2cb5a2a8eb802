"""Tables of the handovers slice. The only tables that hold anything about persons, and then only a local alias."""

from uuid import UUID

import sqlalchemy as sa
from filiere.catalogue import Tier
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.handovers.status import HandoverKind


class HandoverTable(Base):
    """A device handed over at the till."""

    __tablename__ = "handover"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    # Without a gap per Relais and year: accountants count them.
    receipt_year: Mapped[int]
    receipt_number: Mapped[int]
    device_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"), unique=True)
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

    __table_args__ = (
        sa.UniqueConstraint("relais_id", "receipt_year", "receipt_number"),
        sa.CheckConstraint(one_of("kind", HandoverKind), name="kind_known"),
        sa.CheckConstraint(one_of("tier", Tier), name="tier_known"),
        sa.CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
        sa.CheckConstraint(
            "(kind = 'given') = (tier = 'gift') AND (kind = 'sold' OR amount_cents = 0)", name="gifts_are_free"
        ),
        sa.Index("ix_handover_relais_day", "relais_id", "handed_over_at"),
    )


class ReceiptCounterTable(Base):
    """Last receipt number of a Relais in a year."""

    __tablename__ = "receipt_counter"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
