"""Tables of appeals."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Id, Moment, Ref, Text


class AppealTable(Base):
    """One letter to past donors: what was asked for, of whom, by whom."""

    __tablename__ = "appeal"
    __table_args__ = (sa.CheckConstraint("quiet_months < gave_months", name="months_possible"),)

    id: Mapped[Id]
    category: Mapped[Text]
    region: Mapped[str | None] = mapped_column(sa.Text)
    gave_months: Mapped[int]
    quiet_months: Mapped[int]
    # Devices that were waited for on that day, as every letter says; none when fewer than five.
    wanted: Mapped[int | None]
    by_name: Mapped[Text]
    created_at: Mapped[Created]
    ended_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class AppealLetterTable(Base):
    """That a donor was written to: kept when the letter is forgotten, so that no donor gets two in a short time."""

    __tablename__ = "appeal_letter"
    __table_args__ = (
        sa.PrimaryKeyConstraint("appeal_id", "donor_id"),
        # "When was this donor written to last?"
        sa.Index(None, "donor_id", "written_at"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    appeal_id: Mapped[Ref] = mapped_column(sa.ForeignKey("appeal.id"))
    written_at: Mapped[Moment]
