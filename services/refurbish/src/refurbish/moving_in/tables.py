"""The ledger of what moves in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, moment


class MovingInTable(Base):
    """What an old tool says of a device (`filiere.movein.wire.CarriedWork`), until its manifest has come."""

    __tablename__ = "moving_in"

    # The device's, before it is here.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
    told_at: Mapped[datetime] = moment()
    told_by: Mapped[str]
    applied_at: Mapped[datetime | None] = maybe_moment()

    __table_args__ = (Index("ix_moving_in_source", "source", postgresql_include=["applied_at"]),)
