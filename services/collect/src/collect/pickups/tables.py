"""Tables of pickups: what the donor proposes, and what is agreed beside the day."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Ref, Text
from collect.pickups.schemas import PARTS

_PARTS = ", ".join(f"'{part}'" for part in PARTS)


class PickupTable(Base):
    """How a donation is fetched. The day and the site are the donation's own."""

    __tablename__ = "pickup"
    __table_args__ = (sa.CheckConstraint(f"part IN ({_PARTS})", name="part_known"),)

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    donation_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donation.id"), primary_key=True)
    # The donor's words, of donations that the release before wrote: since then they are in `donation.place`.
    access: Mapped[str | None] = mapped_column(sa.Text)
    floor: Mapped[str | None] = mapped_column(sa.Text)
    # The coordination's.
    part: Mapped[Text] = mapped_column(server_default="day")
    carrier: Mapped[str | None] = mapped_column(sa.Text)
    word: Mapped[str | None] = mapped_column(sa.Text, comment="why on a Sunday or a public holiday")
    # Counts the appointments: a calendar takes the newest.
    sequence: Mapped[int] = mapped_column(server_default="0")
    changed_at: Mapped[Created]


class PickupSlotTable(Base):
    """A half day that suits the donor."""

    __tablename__ = "pickup_slot"
    __table_args__ = (
        sa.PrimaryKeyConstraint("donation_id", "day", "part"),
        sa.CheckConstraint(f"part IN ({_PARTS})", name="part_known"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    donation_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donation.id"))
    day: Mapped[date]
    part: Mapped[Text]
    word: Mapped[str | None] = mapped_column(sa.Text, comment="why on a Sunday or a public holiday")
