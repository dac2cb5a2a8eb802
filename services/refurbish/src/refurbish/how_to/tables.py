"""Table of what workshops add."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, moment


class HowToTable(Base):
    """A workshop's own advice for a maker, or for models of it whose names begin so (empty: all)."""

    __tablename__ = "how_to"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    topic: Mapped[str]
    maker: Mapped[str]
    model: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    written_at: Mapped[datetime] = moment()
    removed_at: Mapped[datetime | None] = maybe_moment()

    __table_args__ = (Index("ix_how_to_workshop", "workshop_id", "maker"),)
