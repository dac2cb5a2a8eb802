"""Tables of media that are gone."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment
from refurbish.erasure.exits.reasons import ExitReason


class MediumExitTable(Base):
    """Somebody says that a medium is gone, for ever: trigger `medium_exit_is_evidence`."""

    __tablename__ = "medium_exit"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    medium_id: Mapped[UUID] = mapped_column(ForeignKey("storage_medium.id"))
    reason: Mapped[str]
    # The label of the device that it was put into.
    went_to: Mapped[str | None]
    asked_by: Mapped[str]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime] = moment()

    __table_args__ = (
        Index("ix_medium_exit_device", "device_id", "id"),
        Index("ix_medium_exit_medium", "medium_id", "id"),
        Index("ix_medium_exit_went_to", "went_to"),
        CheckConstraint(f"reason IN ({', '.join(repr(one.value) for one in ExitReason)})", name="reason_known"),
        CheckConstraint("(reason = 'reused') = (went_to IS NOT NULL)", name="reused_somewhere"),
    )


class ExitAnswerTable(Base):
    """What a second person says of it, once: triggers `exit_answer_is_evidence`, `exit_answered_by_another`."""

    __tablename__ = "exit_answer"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    exit_id: Mapped[UUID] = mapped_column(ForeignKey("medium_exit.id"), primary_key=True)
    answered_by: Mapped[str]
    answered_by_name: Mapped[str]
    confirmed: Mapped[bool]
    why: Mapped[str | None]
    answered_at: Mapped[datetime] = moment()

    __table_args__ = (CheckConstraint("confirmed = (why IS NULL)", name="refused_with_a_reason"),)


class ExitTakenBackTable(Base):
    """Whoever said it was wrong, and says so before anybody has answered: triggers `exit_taken_back_is_evidence`,
    `exit_taken_back_in_time`, and `exit_answered_in_time` of the answer."""

    __tablename__ = "exit_taken_back"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    exit_id: Mapped[UUID] = mapped_column(ForeignKey("medium_exit.id"), primary_key=True)
    taken_back_by: Mapped[str]
    taken_back_at: Mapped[datetime] = moment()
