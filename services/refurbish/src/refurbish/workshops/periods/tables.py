"""Table of the periods."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class WorkshopPeriodTable(Base):
    """Some days on which a workshop's capacity is another one. Taken back it is deleted: the journal keeps who did."""

    __tablename__ = "workshop_period"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    first_day: Mapped[date]
    last_day: Mapped[date]
    is_closed: Mapped[bool] = mapped_column(server_default=text("false"))
    # Category → devices a week.
    capacity: Mapped[dict[str, Any]] = mapped_column(JSONB)
    said_at: Mapped[datetime] = moment()

    __table_args__ = (
        Index("ix_workshop_period", "workshop_id", "last_day"),
        CheckConstraint("first_day <= last_day", name="begins_before_it_ends"),
    )
