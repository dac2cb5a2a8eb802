"""The table of reservations."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id


class ReservationTable(Base):
    """A device promised to a line. Stays, released or not: it is the history of promises."""

    __tablename__ = "reservation"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"))
    order_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais_order.id"))
    line_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("order_line.id"))
    run_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("allocation_run.id"))
    reserved_at: Mapped[Created]
    released_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    release_reason: Mapped[str | None]
    # The same as values, see `distribute.why`; none for promises that ended before it was kept.
    release_why: Mapped[dict[str, Any] | None] = mapped_column(pg.JSONB(none_as_null=True))

    __table_args__ = (
        sa.CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name="release_has_a_reason"),
        # The promise itself: a device is promised to one line at most at any instant.
        sa.Index("uq_reservation_active", "device_id", unique=True, postgresql_where=sa.text("released_at IS NULL")),
        sa.Index("ix_reservation_run_id", "run_id"),
        # What each Relais was promised in a window and keeps.
        sa.Index("ix_reservation_kept", "relais_id", "reserved_at", postgresql_where=sa.text("released_at IS NULL")),
        # What was taken back from an order, in its history.
        sa.Index("ix_reservation_taken_back", "order_id", postgresql_where=sa.text("released_at IS NOT NULL")),
    )
