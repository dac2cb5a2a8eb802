"""Table of lots."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Id, Moment, Ref, Text


class LotTable(Base):
    """The sealed devices of one pickup, bound for one workshop. Its devices name it in `device.lot_id`."""

    __tablename__ = "lot"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.Index(None, "donor_id", "id"),
        sa.Index(None, "donation_id"),
        # The coordinator's list of lots that wait for a workshop.
        sa.Index("ix_lot_sealed", "id", postgresql_where=sa.text("status = 'sealed'")),
        sa.CheckConstraint("status IN ('sealed', 'dispatched', 'arrived', 'reconciled')", name="status_known"),
        sa.CheckConstraint("(status = 'sealed') = (workshop_id IS NULL)", name="workshop_when_dispatched"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    id: Mapped[Id]
    donation_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donation.id"))
    # The lot of the pickup from which this one was taken, for another workshop.
    split_from: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=False))
    code: Mapped[Text]
    status: Mapped[Text]
    public_body: Mapped[bool]
    devices: Mapped[int]
    collected_at: Mapped[Moment]
    workshop_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    dispatched_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # Why the coordinator did not take the first suggestion.
    override_reason: Mapped[str | None] = mapped_column(sa.Text)
    arrived_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    reconciled_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # What the last whole count said; another one that says the same asks its donor nothing.
    count_said: Mapped[str | None] = mapped_column(pg.JSONB)
    # When the donor agreed with the workshop's count; one that says something else is to be agreed with again.
    confirmed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    missing: Mapped[int] = mapped_column(server_default="0")
    surplus: Mapped[int] = mapped_column(server_default="0")
