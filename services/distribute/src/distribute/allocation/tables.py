"""Tables of the allocation slice: runs, their word on each line, and the reservations they made."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.allocation.status import RunStatus
from distribute.base import Base, Created, Id, one_of


class AllocationRunTable(Base):
    """One run of allocation over all open orders."""

    __tablename__ = "allocation_run"

    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    status: Mapped[str]
    method: Mapped[str]
    # The proposal it applied; runs from before proposals have none.
    proposal_id: Mapped[UUID | None] = mapped_column(
        pg.UUID(as_uuid=True), sa.ForeignKey("allocation_proposal.id"), unique=True
    )
    lines: Mapped[int]
    requested: Mapped[int]
    allocated: Mapped[int]
    seconds: Mapped[float]
    started_by: Mapped[str]
    created_at: Mapped[Created]
    undone_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("status", RunStatus), name="status_known"),
        sa.CheckConstraint("(status = 'undone') = (undone_at IS NOT NULL)", name="undone_is_dated"),
    )


class AllocationResultTable(Base):
    """What a run decided for one short line, and why."""

    __tablename__ = "allocation_result"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    run_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("allocation_run.id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("order_line.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais_order.id"))
    requested: Mapped[int]
    allocated: Mapped[int]
    reason: Mapped[str]
    # The same as values, see `distribute.why`; none for runs from before they were kept.
    why: Mapped[dict[str, Any] | None] = mapped_column(pg.JSONB(none_as_null=True))


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

    __table_args__ = (
        sa.CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name="release_has_a_reason"),
        # The promise itself: a device is promised to one line at most at any instant.
        sa.Index("uq_reservation_active", "device_id", unique=True, postgresql_where=sa.text("released_at IS NULL")),
        sa.Index("ix_reservation_run_id", "run_id"),
        # What each Relais was promised in a window and keeps.
        sa.Index("ix_reservation_kept", "relais_id", "reserved_at", postgresql_where=sa.text("released_at IS NULL")),
    )
