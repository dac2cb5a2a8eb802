"""Table of what happened to devices: a row for each event that named one, kept as it was told."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Json, Moment, Ref, Text


class DeviceEventTable(Base):
    """One event of another service about one device. The event's id makes a second delivery, or a replay, no change."""

    __tablename__ = "device_event"
    __table_args__ = (
        sa.PrimaryKeyConstraint("device_id", "id"),
        sa.CheckConstraint("axis IN ('work', 'promise', 'lot')", name="axis_known"),
    )

    donor_id: Mapped[Ref]
    device_id: Mapped[Ref] = mapped_column(sa.ForeignKey("device.id"))
    id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True))
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True))
    axis: Mapped[Text]  # which log told it: one log's rows are in its order by `number`
    kind: Mapped[Text]
    at: Mapped[Moment]
    facts: Mapped[Json]
