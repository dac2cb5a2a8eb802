"""Table of what was seen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class LookTable(Base):
    """What was seen on a device in one cycle, zone by zone."""

    __tablename__ = "look"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # zone → A, B, C or D
    seen: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    by: Mapped[str]
    looked_at: Mapped[datetime] = moment()
