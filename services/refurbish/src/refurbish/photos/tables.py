"""Table of the photos."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class DevicePhotoTable(Base):
    """A photo of a device; its bytes are the store's."""

    __tablename__ = "device_photo"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    cycle: Mapped[int]
    file_hash: Mapped[str] = mapped_column(ForeignKey("file.hash"))
    by: Mapped[str]
    taken_at: Mapped[datetime] = moment()

    __table_args__ = (Index("ix_device_photo_device", "device_id", "id"), Index("ix_device_photo_file", "file_hash"))
