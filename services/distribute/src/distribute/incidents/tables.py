"""The table of incidents."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.incidents.status import IncidentKind, Outcome, Side


class IncidentTable(Base):
    """What somebody says of a device that was sent, and how it ended. Of a device one at a time is open."""

    __tablename__ = "incident"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    workshop_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True))
    shipment_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("shipment.id"))
    device_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"))
    kind: Mapped[str]
    side: Mapped[str]
    is_kept: Mapped[bool]
    note: Mapped[str | None]
    file_hash: Mapped[str | None] = mapped_column(sa.Text, sa.ForeignKey("file.hash"))
    # What the line was promised at once instead.
    replacement_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"))
    said_at: Mapped[Created]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", IncidentKind), name="kind_known"),
        sa.CheckConstraint(one_of("side", Side), name="side_known"),
        sa.CheckConstraint(one_of("outcome", Outcome), name="outcome_known"),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_is_dated"),
        sa.Index("uq_incident_open", "device_id", unique=True, postgresql_where=sa.text("settled_at IS NULL")),
        sa.Index("ix_incident_device_id", "device_id"),
        sa.Index("ix_incident_shipment_id", "shipment_id"),
        sa.Index("ix_incident_said_at", "said_at", "id"),
        sa.Index("ix_incident_file_hash", "file_hash"),
    )
