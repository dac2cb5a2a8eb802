"""Tables of the shipments slice."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.statuses import ShipmentStatus


class ShipmentTable(Base):
    """The devices of one order that leave one workshop together."""

    __tablename__ = "shipment"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    order_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais_order.id"), index=True)
    workshop_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True))
    workshop_name: Mapped[str]
    status: Mapped[str]
    # Who carries it and the number to ask them for, as whoever sends it says.
    carrier: Mapped[str | None]
    tracking: Mapped[str | None]
    created_at: Mapped[Created]
    shipped_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    delivered_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("status", ShipmentStatus), name="status_known"),
        sa.CheckConstraint("(status IN ('shipped', 'delivered')) = (shipped_at IS NOT NULL)", name="shipped_is_dated"),
        sa.CheckConstraint("(status = 'delivered') = (delivered_at IS NOT NULL)", name="delivered_is_dated"),
        # One shipment being prepared per order and workshop; later devices make another one.
        sa.Index(
            "uq_shipment_preparing",
            "order_id",
            "workshop_id",
            unique=True,
            postgresql_where=sa.text("status = 'preparing'"),
        ),
    )


class ShipmentItemTable(Base):
    """A device in a shipment; scanned when the Relais received it."""

    __tablename__ = "shipment_item"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    shipment_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("shipment.id"), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(
        pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"), primary_key=True
    )
    # Taken out before departure: released, withdrawn, cancelled.
    removed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    scanned_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint("removed_at IS NULL OR scanned_at IS NULL", name="removed_or_received"),
        sa.Index("ix_shipment_item_device_id", "device_id"),
    )
