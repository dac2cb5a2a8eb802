"""Tables of the lots and of what matches nothing."""

from datetime import date, datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, moment, texts


class LotTable(Base):
    __tablename__ = "lot"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    # The id is collect's.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    # Null while only chunks of the manifest have come, and not the dispatch itself.
    code: Mapped[str | None]
    donation_id: Mapped[UUID | None]
    expected: Mapped[int | None]
    donor_name: Mapped[str | None]
    expected_on: Mapped[date | None]
    dispatched_at: Mapped[datetime | None] = maybe_moment()
    arrived_at: Mapped[datetime | None] = maybe_moment()
    reconciled_at: Mapped[datetime | None] = maybe_moment()
    # What the latest reconciliation published; the same result is not published twice.
    present: Mapped[int | None]
    missing: Mapped[int | None]
    surplus: Mapped[list[str]] = texts()

    __table_args__ = (Index("ix_lot_workshop", "workshop_id", "id"),)


class MismatchTable(Base):
    """Something on the table that no manifest announced. It waits for a person, and never goes to the bin by itself."""

    __tablename__ = "mismatch"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    lot_id: Mapped[UUID | None] = mapped_column(ForeignKey("lot.id"))
    # A well-formed label, or whatever can be read on the thing.
    label: Mapped[str]
    note: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="open")
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))
    seen_by: Mapped[str]
    seen_at: Mapped[datetime] = moment()
    resolved_by: Mapped[str | None]
    resolved_at: Mapped[datetime | None] = maybe_moment()

    __table_args__ = (
        CheckConstraint("status IN ('open', 'attached', 'dismissed')", name="status_known"),
        CheckConstraint("(status = 'open') = (resolved_at IS NULL)", name="resolved_when_not_open"),
        CheckConstraint("(status = 'attached') = (device_id IS NOT NULL)", name="attached_to_a_device"),
        # Scanning the same stranger twice is one entry; a manifest that comes later looks for its labels here.
        Index("uq_mismatch_open", "label", "workshop_id", unique=True, postgresql_where=text("status = 'open'")),
        Index("ix_mismatch_workshop", "workshop_id", "status", "id"),
    )
