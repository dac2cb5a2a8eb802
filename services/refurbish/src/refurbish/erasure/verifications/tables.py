"""The table of verifications."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class VerificationTable(Base):
    """What a second person said of one erasure, once and for ever: trigger `verification_is_evidence`."""

    __tablename__ = "verification"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    erasure_id: Mapped[UUID] = mapped_column(ForeignKey("erasure.id"))
    # The person's id at the identity provider, and their name for the certificate.
    verifier: Mapped[str]
    verifier_name: Mapped[str]
    confirmed: Mapped[bool]
    reason: Mapped[str | None]
    verified_at: Mapped[datetime] = moment()

    __table_args__ = (
        Index("uq_verification_erasure", "erasure_id", unique=True),
        CheckConstraint("confirmed = (reason IS NULL)", name="refused_with_a_reason"),
    )


class AwaitedErasureTable(Base):
    """The latest erasure of a medium, while it is a success that nobody else has looked at: triggers `erasure_awaits`
    and `verification_ends_waiting` keep it. Few of many: what a second person is shown is read from here.
    """

    __tablename__ = "awaited_erasure"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    medium_id: Mapped[UUID] = mapped_column(ForeignKey("storage_medium.id"), primary_key=True)
    erasure_id: Mapped[UUID] = mapped_column(ForeignKey("erasure.id"))

    __table_args__ = (
        Index("ix_awaited_erasure_workshop", "workshop_id", "erasure_id"),
        Index("uq_awaited_erasure_erasure_id", "erasure_id", unique=True),
    )
