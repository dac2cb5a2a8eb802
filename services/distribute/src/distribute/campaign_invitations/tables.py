"""Table of invitations to campaigns."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id


class CampaignInvitationTable(Base):
    """An address that was written to about a campaign; forgotten ninety days after it is over."""

    __tablename__ = "campaign_invitation"

    id: Mapped[Id] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("campaign.id", ondelete="CASCADE"))
    address: Mapped[str]
    # Of the structure, as the list had it; empty where it had none.
    name: Mapped[str]
    invited_at: Mapped[Created]
    reminded_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        # An address is invited to a campaign once, whatever the lists say.
        sa.Index("uq_campaign_invitation_address", "campaign_id", "address", unique=True),
        sa.CheckConstraint("address = lower(address)", name="address_in_lower_case"),
    )
