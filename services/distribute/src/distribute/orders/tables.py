"""Tables of the orders slice."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from filiere.catalogue import Category, Grade, Tier
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, Words, one_of
from distribute.statuses import OrderStatus, Side


class OrderTable(Base):
    """A Relais' order. Not named `order`: that is a word of SQL."""

    __tablename__ = "relais_order"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    # Shown as R-318; people read it on the telephone.
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    status: Mapped[str]
    note: Mapped[str | None]
    placed_at: Mapped[Created]
    approved_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    allocated_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    shipped_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    delivered_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # When its Relais was written to that the rest is estimated to be near; once.
    near_told_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # Whose decision it was, and why when they said; unknown for orders cancelled before it was kept.
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    # SHA-256 of what was asked for: tells the same order sent twice. None for orders of before it was kept.
    content: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("status", OrderStatus), name="status_known"),
        sa.CheckConstraint("(status = 'placed') <= (approved_at IS NULL)", name="placed_is_not_approved"),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_is_dated"),
        sa.Index("ix_relais_order_relais", "relais_id", "number"),
        # What was ordered in a quarter, or in the last twelve months.
        sa.Index("ix_relais_order_placed_at", "placed_at"),
        # Runs and approvals look at what is not finished, oldest first.
        sa.Index("ix_relais_order_open", "number", postgresql_where=sa.text("status NOT IN ('closed', 'cancelled')")),
    )


class OrderLineTable(Base):
    """Category × quantity, with the prices quoted when it was ordered."""

    __tablename__ = "order_line"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais_order.id"))
    position: Mapped[int]
    category: Mapped[str]
    # Devices that are waited for or promised; what was asked for first stands in `order_change`.
    quantity: Mapped[int]
    # Devices promised to the line, from reservation to handover.
    allocated: Mapped[int] = mapped_column(server_default="0")
    min_grade: Mapped[str]
    tier: Mapped[str | None]
    publics: Mapped[Words]
    substitutes: Mapped[Words]
    price_list: Mapped[str]
    priced_on: Mapped[date]
    price_min_cents: Mapped[int]
    price_max_cents: Mapped[int]
    ceiling_cents: Mapped[int]
    # Every price the line can lead to, as quoted: see `distribute.line_quotes`.
    prices: Mapped[list[dict[str, Any]]] = mapped_column(pg.JSONB)
    # A person waits for it and cannot wait: served first, within the policy's share of stock.
    urgent: Mapped[bool] = mapped_column(server_default=sa.false())
    wanted_on: Mapped[date | None]
    # Name of a campaign of the allocation policy.
    campaign: Mapped[str | None]
    # The coordination took its promise back or gave it less by hand: its next run decides, not the continuous mode.
    on_hold: Mapped[bool] = mapped_column(server_default=sa.false())
    # The French sentence of what happened last to the line, and the same as values: see `distribute.why`.
    reason: Mapped[str | None]
    why: Mapped[dict[str, Any] | None] = mapped_column(pg.JSONB(none_as_null=True))

    __table_args__ = (
        sa.UniqueConstraint("order_id", "position"),
        sa.CheckConstraint(one_of("category", Category), name="category_known"),
        sa.CheckConstraint(one_of("min_grade", Grade), name="grade_known"),
        sa.CheckConstraint(f"tier IS NULL OR {one_of('tier', Tier)}", name="tier_known"),
        # None are waited for once the Relais or the coordination gave the line up.
        sa.CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        # No line ever holds more than it asked for, whatever runs at the same time.
        sa.CheckConstraint("allocated BETWEEN 0 AND quantity", name="never_more_than_asked"),
        sa.CheckConstraint("0 <= price_min_cents AND price_min_cents <= price_max_cents", name="price_range_ordered"),
        sa.CheckConstraint("price_max_cents <= ceiling_cents", name="never_above_the_ceiling"),
        # How far a campaign is.
        sa.Index("ix_order_line_campaign", "campaign", postgresql_where=sa.text("campaign IS NOT NULL")),
        # Runs read the short lines only.
        sa.Index("ix_order_line_short", "order_id", postgresql_where=sa.text("allocated < quantity")),
    )


class OrderChangeTable(Base):
    """What was changed in an order after it was placed, by whom and why: the line, or the whole order."""

    __tablename__ = "order_change"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais_order.id"))
    # None when the Relais wrote the order anew; not a foreign key: a line that was taken out is gone.
    line_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    at: Mapped[Created]
    changed_by: Mapped[str]
    # Devices waited for or promised, before and after.
    before: Mapped[int]
    after: Mapped[int]
    reason: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("changed_by", Side), name="side_known"),
        sa.CheckConstraint("before >= 0 AND after >= 0", name="counts_not_negative"),
        sa.Index("ix_order_change_order", "order_id"),
    )
