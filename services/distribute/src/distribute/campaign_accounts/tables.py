"""Table of what structures say of a campaign; what they received and handed over is counted, not kept here."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created


class CampaignAccountTable(Base):
    """A structure that was asked for its account of a campaign; `said` is its own sentence."""

    __tablename__ = "campaign_account"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"), primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("campaign.id"), primary_key=True)
    asked_at: Mapped[Created]
    reminded_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    said: Mapped[str | None]
    said_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint("(said IS NULL) = (said_at IS NULL)", name="said_is_dated"),
        sa.Index("ix_campaign_account_campaign", "campaign_id"),
    )
