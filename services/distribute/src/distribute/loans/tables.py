"""Tables of the loans slice."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.loans.status import LoanKind, LoanOutcome


class LoanTable(Base):
    """Devices that left a Relais together, and are to be settled. A place, never a person."""

    __tablename__ = "loan"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    place: Mapped[str]
    due_on: Mapped[date | None]
    opened_at: Mapped[Created]
    settled_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # When its Relais was written to that it is past its day; once.
    reminded_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", LoanKind), name="kind_known"),
        sa.Index("ix_loan_relais_id", "relais_id", "opened_at", "id"),
    )


class LoanItemTable(Base):
    """A device of a loan, and how it ended; what was lost may be found. Of a device one at a time is open."""

    __tablename__ = "loan_item"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    loan_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("loan.id"), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(
        pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"), primary_key=True
    )
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("outcome", LoanOutcome), name="outcome_known"),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_is_dated"),
        # What a device lived is asked before it is handed over.
        sa.Index("ix_loan_item_device_id", "device_id"),
        sa.Index("uq_loan_item_open", "device_id", unique=True, postgresql_where=sa.text("settled_at IS NULL")),
    )
