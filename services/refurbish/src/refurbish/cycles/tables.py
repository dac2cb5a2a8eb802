"""Table of the cycles that have ended."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, moment, texts


class PastCycleTable(Base):
    """A device as it was ready, when it came back to the bench. Its sheets and repairs say their cycle themselves."""

    __tablename__ = "past_cycle"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Why it came back: a code of a closed list.
    reason: Mapped[str]
    ruleset: Mapped[str | None]
    grade: Mapped[str | None]
    cosmetic: Mapped[str | None]
    battery: Mapped[str | None]
    reasons: Mapped[list[str]] = texts()
    tested_at: Mapped[datetime | None] = maybe_moment()
    ready_at: Mapped[datetime | None] = maybe_moment()
    ended_at: Mapped[datetime] = moment()
    # When it had left for a Relais, if it had.
    left_at: Mapped[datetime | None] = maybe_moment()

    __table_args__ = (CheckConstraint("cycle >= 1", name="cycles_count_from_one"),)
