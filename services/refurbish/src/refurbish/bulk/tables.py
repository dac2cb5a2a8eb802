"""Table of bulks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, moment, texts


class BulkTable(Base):
    """One act on many devices: what somebody looked at (`lines`), and what became of it (`results`, once done)."""

    __tablename__ = "bulk"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    act: Mapped[str]
    reason: Mapped[str | None]
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    # What was typed or scanned and names no device here.
    unknown: Mapped[list[str]] = texts()
    prepared_at: Mapped[datetime] = moment()
    prepared_by: Mapped[str]
    results: Mapped[list[Any] | None] = mapped_column(JSONB)
    done_at: Mapped[datetime | None] = maybe_moment()
    done_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (results IS NULL)", name="done_with_results"),
        Index("ix_bulk_prepared", "prepared_at"),
    )
