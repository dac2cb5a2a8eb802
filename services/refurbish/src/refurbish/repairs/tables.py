"""Tables of the repairs."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class RepairTable(Base):
    """One act of repair. `remark` stays at the workshop; minutes leave it as the sum of a device."""

    __tablename__ = "repair"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    cycle: Mapped[int]
    kind: Mapped[str]
    outcome: Mapped[str]
    barrier: Mapped[str | None]
    minutes: Mapped[int]
    remark: Mapped[str | None]
    # At most one kind of part; what it cost is kept as it was then.
    part_id: Mapped[UUID | None] = mapped_column(ForeignKey("part.id"))
    pieces: Mapped[int]
    cents: Mapped[int]
    # The medium that it put in, and what it said to be gone with a board: taken back with it.
    disk_serial: Mapped[str | None]
    disk_known: Mapped[bool] = mapped_column(server_default=text("false"))
    exit_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'::uuid[]"))
    by: Mapped[str]
    by_name: Mapped[str]
    repaired_at: Mapped[datetime] = moment()

    __table_args__ = (
        Index("ix_repair_device", "device_id", "id"),
        Index("ix_repair_workshop", "workshop_id", "repaired_at"),
        Index("ix_repair_part", "part_id"),
        CheckConstraint("(outcome = 'fixed') = (barrier IS NULL)", name="barrier_unless_fixed"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_of_a_day"),
        CheckConstraint("(part_id IS NULL) = (pieces = 0) AND cents >= 0", name="pieces_of_a_part"),
    )
