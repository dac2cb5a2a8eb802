"""Table of the announcements."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base


class AnnouncementTable(Base):
    """What one donor declared of one device; a row only where something was."""

    __tablename__ = "announcement"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    ram_gb: Mapped[float | None]
    storage_gb: Mapped[float | None]
    year: Mapped[int | None]
