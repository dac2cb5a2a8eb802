"""Tables of recalls and of the devices each concerns."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from filiere.catalogue import Category
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.recalls.status import RecallReason, What


class RecallTable(Base):
    """A lot or a model that is taken back."""

    __tablename__ = "recall"

    id: Mapped[Id] = mapped_column(primary_key=True)
    what: Mapped[str]
    lot_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    # As they are written on the device that was scanned; compared without regard to capitals.
    category: Mapped[str | None]
    manufacturer: Mapped[str | None]
    model: Mapped[str | None]
    # What people call it: the model, or the label by which the lot was named.
    name: Mapped[str]
    reason: Mapped[str]
    started_at: Mapped[Created]
    ended_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("what", What), name="what_known"),
        sa.CheckConstraint(one_of("reason", RecallReason), name="reason_known"),
        sa.CheckConstraint(one_of("category", Category), name="category_known"),
        sa.CheckConstraint(
            "(what = 'lot') = (lot_id IS NOT NULL) AND (what = 'model') = (model IS NOT NULL)", name="names_what"
        ),
        # One at a time for each lot and each model.
        sa.Index("uq_recall_lot", "lot_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
        sa.Index(
            "uq_recall_model",
            "category",
            sa.text("lower(coalesce(manufacturer, ''))"),
            sa.text("lower(model)"),
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_recall_started_at", "started_at", "id"),
    )


class RecallItemTable(Base):
    """A device that a recall concerns, where it was when that was said, and since when its workshop has it again."""

    __tablename__ = "recall_item"

    recall_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("recall.id"), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(
        pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"), primary_key=True
    )
    # Whose it was: the Relais that has to bring it back.
    relais_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    back_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.Index("ix_recall_item_device_id", "device_id"),
        sa.Index("ix_recall_item_relais_id", "relais_id", postgresql_where=sa.text("relais_id IS NOT NULL")),
    )
