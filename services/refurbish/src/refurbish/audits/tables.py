"""Table of the audits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, moment


class AuditTable(Base):
    """One machine inventory: its hardware facts, and a copy of the file without its people (decision 0044)."""

    __tablename__ = "audit"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    # Of the file as it was sent, which is not kept.
    sha256: Mapped[str]
    # The copy; null of those that came before copies were kept.
    file_hash: Mapped[str | None] = mapped_column(ForeignKey("file.hash"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Whether the machine's serial is the declared one; null when either is unknown.
    serial_matches: Mapped[bool | None]
    auditor: Mapped[str]
    audited_at: Mapped[datetime] = moment()
    # kept: its facts count. asked: it seems to be another machine's, and somebody must say. withdrawn: taken back.
    status: Mapped[str] = mapped_column(server_default=text("'kept'"))
    # The device had no serial, and has this audit's: taken back with it.
    gave_serial: Mapped[bool] = mapped_column(server_default=text("false"))
    reason: Mapped[str | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None] = maybe_moment()

    __table_args__ = (
        # The same file sent twice is one audit; also serves the list of a device's audits.
        UniqueConstraint("device_id", "sha256"),
        Index("ix_audit_file_hash", "file_hash"),
        CheckConstraint("status IN ('kept', 'asked', 'withdrawn')", name="status_known"),
        CheckConstraint("(status = 'withdrawn') = (reason IS NOT NULL)", name="withdrawn_with_reason"),
    )
