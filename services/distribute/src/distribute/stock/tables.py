"""Tables of the stock slice: one row per device that was ever ready."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from filiere.catalogue import Category, Grade
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, Moment, one_of
from distribute.statuses import StockStatus
from distribute.stock.repository import SEARCHED


class StockItemTable(Base):
    """A device that a workshop declared ready, and what became of it."""

    __tablename__ = "stock_item"

    # Null while nobody is promised the device: it then belongs to the network.
    relais_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    donation_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True))
    lot_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True))
    workshop_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True))
    workshop_name: Mapped[str]
    # Département of the workshop, for transport; older events do not say it.
    workshop_territory: Mapped[str | None]
    label: Mapped[str]
    category: Mapped[str]
    manufacturer: Mapped[str | None]
    model: Mapped[str | None]
    serial: Mapped[str | None]
    grade: Mapped[str]
    cosmetic: Mapped[str | None]
    battery: Mapped[str | None]
    public_body: Mapped[bool]
    # What the workshop installed, as its event says it; how the battery was then. Older events do not say it.
    software: Mapped[dict[str, Any] | None] = mapped_column(pg.JSONB)
    battery_percent: Mapped[float | None]
    battery_minutes: Mapped[int | None]
    # In GB, where the workshop knows them. Older events do not say it.
    memory_gb: Mapped[float | None]
    storage_gb: Mapped[float | None]
    # Other numbers that its workshop knows it by (IMEI, the serial of another board); older events do not say them.
    identifiers: Mapped[list[str] | None] = mapped_column(pg.ARRAY(sa.Text))
    # Set aside by the coordination for the lines of this campaign, and kept once promised to one. While the policy in
    # force does not name the campaign, the device is everybody's all the same.
    campaign: Mapped[str | None]
    status: Mapped[str]
    # Why it was taken out of a parcel, while nobody has looked at it since.
    check_reason: Mapped[str | None]
    order_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais_order.id"))
    line_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("order_line.id"))
    # Of the event that made it ready, by the clock of whoever wrote it: shown, and never compared with another event's.
    ready_at: Mapped[Moment]
    # Of the first such event since it was last withdrawn: grading it again makes no new device of it.
    first_ready_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    updated_at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint(one_of("status", StockStatus), name="status_known"),
        sa.CheckConstraint(one_of("category", Category), name="category_known"),
        sa.CheckConstraint(one_of("grade", Grade), name="grade_known"),
        # A device is promised to a line from its reservation to its handover, and to nobody else.
        sa.CheckConstraint(
            "(status IN ('available', 'held', 'to_check', 'withdrawn', 'lost', 'returning')) = (line_id IS NULL)"
            " AND (line_id IS NULL) = (order_id IS NULL) AND (line_id IS NULL) = (relais_id IS NULL)",
            name="promised_when_leaving",
        ),
        # Allocation walks the free devices of a class, first ready first.
        sa.Index(
            "ix_stock_item_available",
            "category",
            "grade",
            "ready_at",
            "device_id",
            postgresql_where=sa.text("status = 'available'"),
        ),
        sa.Index("ix_stock_item_relais", "relais_id", "status", postgresql_where=sa.text("relais_id IS NOT NULL")),
        # A serial is scanned at a Relais: read among its own devices.
        sa.Index(
            "ix_stock_item_relais_serial",
            "relais_id",
            "serial",
            postgresql_where=sa.text("relais_id IS NOT NULL"),
        ),
        sa.Index("ix_stock_item_order_id", "order_id", postgresql_where=sa.text("order_id IS NOT NULL")),
        sa.Index("ix_stock_item_label", "label"),
        # The list of all devices opens on the latest.
        sa.Index("ix_stock_item_ready_at", "ready_at", "device_id"),
        # Lists of the whole network: of a status, by category, of a campaign; a part of a label, a serial or a name.
        sa.Index("ix_stock_item_status_ready_at", "status", "ready_at", "device_id"),
        sa.Index("ix_stock_item_category", "category", "grade", "label", "device_id"),
        sa.Index(
            "ix_stock_item_campaign",
            "campaign",
            "ready_at",
            "device_id",
            postgresql_where=sa.text("campaign IS NOT NULL"),
        ),
        sa.Index("ix_stock_item_search", sa.text(f"{SEARCHED} gin_trgm_ops"), postgresql_using="gin"),
        # The audit counts devices per donation.
        sa.Index("ix_stock_item_donation_id", "donation_id"),
    )


class StockTallyTable(Base):
    """How many devices there are of a status, category and campaign ("" for none), as differences to add up.

    Kept by triggers of `stock_item`.
    """

    __tablename__ = "stock_item_tally"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    status: Mapped[str]
    category: Mapped[str]
    campaign: Mapped[str]
    devices: Mapped[int] = mapped_column(sa.BigInteger)


class DeviceWithdrawalTable(Base):
    """Written and read by the release before, which compared clocks; dropped a release later."""

    __tablename__ = "device_withdrawal"

    device_id: Mapped[Id] = mapped_column(primary_key=True)
    withdrawn_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    reason: Mapped[str]
