"""Tables of stock set aside: each wish, and every device that ever was, with what became of it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, Moment, one_of
from distribute.campaign_stock.status import Outcome


class CampaignSetAsideTable(Base):
    """A wish that set devices aside; the worker's for a share of what becomes ready has no `asked`."""

    __tablename__ = "campaign_set_aside"

    id: Mapped[Id] = mapped_column(primary_key=True)
    campaign: Mapped[str]
    category: Mapped[str]
    asked: Mapped[int | None]
    moved: Mapped[int]
    made_at: Mapped[Created]
    undone_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint("moved > 0", name="moved_something"),
        sa.Index("ix_campaign_set_aside_campaign", "campaign", "made_at"),
    )


class CampaignDeviceTable(Base):
    """A device that was set aside for a campaign. A trigger on `stock_item` writes it, whoever moves the device."""

    __tablename__ = "campaign_device"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    campaign: Mapped[str]
    device_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"))
    # The wish that did it; none for what was set aside before wishes were kept.
    set_aside_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("campaign_set_aside.id"))
    set_aside_at: Mapped[Moment]
    left_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    outcome: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome_known"),
        sa.CheckConstraint("(outcome IS NULL) = (left_at IS NULL)", name="outcome_is_dated"),
        # A device is set aside for one campaign at a time.
        sa.Index("uq_campaign_device_here", "device_id", unique=True, postgresql_where=sa.text("left_at IS NULL")),
        sa.Index("ix_campaign_device_campaign", "campaign"),
        # What came of a device that had left.
        sa.Index("ix_campaign_device_device_id", "device_id"),
        sa.Index(
            "ix_campaign_device_set_aside",
            "set_aside_id",
            postgresql_where=sa.text("set_aside_id IS NOT NULL"),
        ),
    )
