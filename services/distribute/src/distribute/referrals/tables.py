"""Tables of referral slips. None holds a code, and nothing of the person but a public."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from filiere.catalogue import Tier
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, Moment, one_of
from distribute.referrals.status import Wanted


class ReferrerTable(Base):
    """A worker of another structure who asked for a link; whoever opens it reads mail at the address."""

    __tablename__ = "referrer"

    id: Mapped[Id] = mapped_column(primary_key=True)
    # Somebody's at work: taken away with their slips, or when no slip came of it.
    address: Mapped[str]
    structure: Mapped[str]
    # What the first slip is to be for, where they came from a proposal.
    wanted: Mapped[str | None]
    asked_at: Mapped[Created]
    expires_at: Mapped[Moment]
    # Of which network it was asked for, as a keyed hash: counted for an hour, gone after a day.
    network: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(f"wanted IS NULL OR {one_of('wanted', Wanted)}", name="wanted_known"),
        sa.Index("ix_referrer_address", "address", "asked_at"),
        sa.Index("ix_referrer_asked", "asked_at"),
    )


class ReferralSlipTable(Base):
    """Who may be handed what, for one time; made by a Relais' worker or by a referrer."""

    __tablename__ = "referral_slip"

    relais_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    referrer_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("referrer.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    # A keyed hash; the key is in no database.
    fingerprint: Mapped[bytes] = mapped_column(unique=True)
    wanted: Mapped[str]
    tier: Mapped[str]
    public: Mapped[str | None]
    # Initials or function of the worker; forgotten with the person's repère.
    seen_by: Mapped[str | None]
    made_at: Mapped[Created]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # The checkout or the top-up that took it, so that undoing it gives it back.
    used_for: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))

    __table_args__ = (
        sa.CheckConstraint("(relais_id IS NULL) <> (referrer_id IS NULL)", name="of_a_relais_or_a_referrer"),
        sa.CheckConstraint(one_of("wanted", Wanted), name="wanted_known"),
        sa.CheckConstraint(one_of("tier", Tier), name="tier_known"),
        sa.CheckConstraint("used_for IS NULL OR used_at IS NOT NULL", name="used_for_something"),
        sa.CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="used_or_revoked"),
        sa.Index("ix_referral_slip_relais", "relais_id", "id"),
        sa.Index("ix_referral_slip_referrer", "referrer_id", "id"),
        # A sale takes one slip.
        sa.Index(
            "uq_referral_slip_used_for", "used_for", unique=True, postgresql_where=sa.text("used_for IS NOT NULL")
        ),
        sa.Index("ix_referral_slip_made", "made_at"),
    )


class SlipGuessTable(Base):
    """How many codes that were none somebody has tried in an hour."""

    __tablename__ = "slip_guess"

    by: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[Moment] = mapped_column(primary_key=True)
    wrong: Mapped[int]
