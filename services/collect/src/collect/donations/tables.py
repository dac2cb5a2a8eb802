"""Tables of donations and their lines."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Id, Ref, Text
from collect.donations.repository import SEARCHED
from collect.donations.status import DonationStatus
from collect.eligibility.tables import JudgedLine

_STATUSES = ", ".join(f"'{status.value}'" for status in DonationStatus)


class DonationTable(Base):
    """One declaration. Counts are of devices; `declared` includes the refused ones, not the unreadable rows."""

    __tablename__ = "donation"
    __table_args__ = (
        sa.UniqueConstraint("reference"),
        sa.Index(None, "donor_id", "id"),
        # A part of a reference or of the donor's note.
        sa.Index("ix_donation_search", sa.text(f"{SEARCHED} gin_trgm_ops"), postgresql_using="gin"),
        # The coordinator's list of what waits for an answer or a pickup.
        sa.Index(
            "ix_donation_open",
            "status",
            "id",
            postgresql_where=sa.text("status IN ('submitted', 'accepted', 'scheduled')"),
        ),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        sa.CheckConstraint("(status = 'declined') = (declined_reason IS NOT NULL)", name="declined_with_reason"),
        sa.CheckConstraint("accepted + refused <= declared", name="counts"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    id: Mapped[Id]
    # People read « 2026-0142 »: the year of the declaration and this number.
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=False))
    reference: Mapped[Text]
    status: Mapped[Text]
    public_body: Mapped[bool]
    source: Mapped[Text]
    note: Mapped[str | None] = mapped_column(sa.Text)
    lines: Mapped[int]
    declared: Mapped[int]
    accepted: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[Created]
    submitted_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    declined_reason: Mapped[str | None] = mapped_column(sa.Text)
    # Written by the coordination.
    by_network: Mapped[bool] = mapped_column(server_default="false")
    # Withdrawn or cancelled.
    ended_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    ended_reason: Mapped[str | None] = mapped_column(sa.Text)
    # Where it stands and when it suits, in donor's words.
    place: Mapped[str | None] = mapped_column(pg.JSONB)
    pickup_on: Mapped[date | None]
    pickup_site_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("site.id"))
    collected_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    received_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class DonationLineTable(JudgedLine, Base):
    """One declared line with its verdict; `position` is the line's number in the form or the row of the file."""

    __tablename__ = "donation_line"
    __table_args__ = (
        sa.UniqueConstraint("donation_id", "position"),
        # "Has this donor declared this serial, this asset tag before?", asked for a whole file at once.
        sa.Index("ix_donation_line_serial", "donor_id", "serial", postgresql_where=sa.text("serial IS NOT NULL")),
        sa.Index("ix_donation_line_tag", "donor_id", "asset_tag", postgresql_where=sa.text("asset_tag IS NOT NULL")),
        sa.Index("ix_donation_line_imeis", "imeis", postgresql_using="gin", postgresql_where=sa.text("imeis <> '{}'")),
        sa.CheckConstraint("quantity >= 1", name="quantity_positive"),
        sa.CheckConstraint("serial IS NULL OR quantity = 1", name="one_device_per_serial"),
        sa.CheckConstraint("(rule IS NULL) = (verdict = 'accepted')", name="refusal_quotes_its_rule"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    donation_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donation.id"))
    id: Mapped[Id]
    ruled: Mapped[str | None] = mapped_column(pg.JSONB, comment="what the rules said, where people decided otherwise")


class DonationMessageTable(Base):
    """One word of the donor or of the coordination about a donation; `read_at`: when the other side first saw it."""

    __tablename__ = "donation_message"
    __table_args__ = (
        sa.Index(None, "donation_id", "id"),
        # What each side has still to read, few of many.
        sa.Index("ix_donation_message_unread", "donation_id", "side", postgresql_where=sa.text("read_at IS NULL")),
        sa.CheckConstraint("side IN ('donor', 'network')", name="side_known"),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    donation_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donation.id", ondelete="CASCADE"))
    id: Mapped[Id]
    side: Mapped[Text]
    author: Mapped[Text]
    text: Mapped[Text]
    created_at: Mapped[Created]
    read_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
