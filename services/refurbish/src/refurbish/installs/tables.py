"""Table of what is installed."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class InstallTable(Base):
    """One row per time that somebody said it; the newest of a cycle is the truth. A licence key is never kept."""

    __tablename__ = "install"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    cycle: Mapped[int]
    # Of the device: the form begins with what was said last for such a one.
    category: Mapped[str]
    system: Mapped[str]
    version: Mapped[str | None]
    office: Mapped[str]
    licence_used: Mapped[bool]
    battery_percent: Mapped[float | None]
    battery_minutes: Mapped[int | None]
    by: Mapped[str]
    installed_at: Mapped[datetime] = moment()

    __table_args__ = (
        Index("ix_install_device", "device_id", "id"),
        Index("ix_install_workshop", "workshop_id", "category", "id"),
        CheckConstraint("battery_percent BETWEEN 0 AND 150", name="battery_is_a_share"),
        CheckConstraint("battery_minutes BETWEEN 0 AND 6000", name="battery_lasts_minutes"),
    )
