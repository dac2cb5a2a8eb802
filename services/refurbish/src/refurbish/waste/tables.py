"""Tables of the exits of waste."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, moment


class WasteExitTable(Base):
    """What left a workshop as waste, at once; recorded by mistake it is undone, and stays written."""

    __tablename__ = "waste_exit"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    left_on: Mapped[date]
    code: Mapped[str]
    weight_g: Mapped[int] = mapped_column(BigInteger)
    is_weighed: Mapped[bool]
    slip: Mapped[str]
    carrier: Mapped[str]
    recipient: Mapped[str]
    recipient_siret: Mapped[str | None]
    operation: Mapped[str]
    recorded_at: Mapped[datetime] = moment()
    recorded_by: Mapped[str]
    undone_at: Mapped[datetime | None] = maybe_moment()
    undone_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("weight_g > 0", name="weighs_something"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
        Index("ix_waste_exit_workshop", "workshop_id", "left_on", "id"),
    )


class WasteExitDeviceTable(Base):
    """A device that left so; of an exit that was undone, none."""

    __tablename__ = "waste_exit_device"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    exit_id: Mapped[UUID] = mapped_column(ForeignKey("waste_exit.id"))
    # One exit per device.
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)

    __table_args__ = (Index("ix_waste_exit_device_exit", "exit_id"),)
