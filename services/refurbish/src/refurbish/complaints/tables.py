"""Table of what broke after it was handed over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class ComplaintTable(Base):
    """One for a device and a cycle: what its Relais said when it was brought back. Nothing of who had it."""

    __tablename__ = "complaint"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Of the catalogue's closed list; a word that is newer than this release is "other".
    fault: Mapped[str]
    said_at: Mapped[datetime] = moment()

    __table_args__ = (Index("ix_complaint_workshop_id", "workshop_id", "said_at"),)
