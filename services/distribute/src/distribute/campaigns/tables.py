"""Tables of campaigns: what they are, version by version, and who takes part."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.campaigns.status import CampaignStatus, Way


class CampaignTable(Base):
    """A campaign; lines of orders and devices bear its name, which nothing else ever bears."""

    __tablename__ = "campaign"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[Created]
    ended_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    ended_why: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("status", CampaignStatus), name="status_known"),
        sa.CheckConstraint("(status IN ('cancelled', 'closed')) = (ended_at IS NOT NULL)", name="ended_is_dated"),
        sa.Index("uq_campaign_name", sa.text("lower(name)"), unique=True),
    )


class CampaignVersionTable(Base):
    """The terms of a campaign. One is a draft at most; a trigger refuses to change or delete what was published."""

    __tablename__ = "campaign_version"

    campaign_id: Mapped[UUID] = mapped_column(
        pg.UUID(as_uuid=True), sa.ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # As `CampaignIn` has them.
    terms: Mapped[dict[str, Any]] = mapped_column(pg.JSONB)
    made_at: Mapped[Created]
    published_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    published_why: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint("(published_at IS NULL) = (published_why IS NULL)", name="published_with_a_reason"),
        sa.Index(
            "uq_campaign_version_draft",
            "campaign_id",
            unique=True,
            postgresql_where=sa.text("published_at IS NULL"),
        ),
    )


class CampaignMemberTable(Base):
    """A structure that takes part, or did."""

    __tablename__ = "campaign_member"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"), primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("campaign.id"), primary_key=True)
    way: Mapped[str]
    joined_at: Mapped[Created]
    left_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    left_why: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("way", Way), name="way_known"),
        sa.Index("ix_campaign_member_campaign", "campaign_id"),
    )
