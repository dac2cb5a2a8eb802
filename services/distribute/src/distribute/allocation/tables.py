"""Tables of the allocation slice: runs, and their word on each line."""

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

    __table_args__ = (sa.Index("ix_allocation_result_order", "order_id"),)
