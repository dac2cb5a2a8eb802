"""Table of the spare parts."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class PartTable(Base):
    """So many parts alike, bought together or taken out of one device. What is left: quantity less used less lost."""

    __tablename__ = "part"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    # What it fits: a model, a size, a reference, as the workshop writes it.
    fits: Mapped[str]
    origin: Mapped[str]
    source_device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))
    quantity: Mapped[int]
    used: Mapped[int] = mapped_column(server_default=text("0"))
    # Broken, given, not found: taken off the stock by hand.
    lost: Mapped[int] = mapped_column(server_default=text("0"))
    unit_cents: Mapped[int]
    added_by: Mapped[str]
    added_at: Mapped[datetime] = moment()

    __table_args__ = (
        CheckConstraint("used >= 0 AND lost >= 0 AND used + lost <= quantity", name="never_more_than_there_was"),
        CheckConstraint("(origin = 'harvested') = (source_device_id IS NOT NULL)", name="harvested_from_a_device"),
        CheckConstraint("unit_cents >= 0", name="cost_is_no_gain"),
        Index("ix_part_workshop_kind", "workshop_id", "kind", "id"),
        Index("ix_part_source", "source_device_id", postgresql_where=text("source_device_id IS NOT NULL")),
    )
