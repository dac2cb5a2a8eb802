"""Tables of grading: what each device was graded from, and which rule sets were switched on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, moment


class DeviceGradingTable(Base):
    """The facts of a device's newest grade, so that any rule set can be asked again."""

    __tablename__ = "device_grading"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    facts: Mapped[Any] = mapped_column(JSONB)
    # Of category and facts: what is alike is graded once.
    facts_key: Mapped[UUID]


class RulesetSwitchTable(Base):
    """A rule set that the coordination switched on, from a day on; undone, it has never counted."""

    __tablename__ = "ruleset_switch"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ruleset: Mapped[str]
    starts_on: Mapped[date]
    decided_at: Mapped[datetime] = moment()
    decided_by: Mapped[str]
    undone_at: Mapped[datetime | None] = maybe_moment()
    undone_by: Mapped[str | None]
    # When the stock had followed; a switch whose day has come without it is due.
    applied_at: Mapped[datetime | None] = maybe_moment()

    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
        # Asked twice, it is one switch.
        Index("uq_ruleset_switch_open", "ruleset", unique=True, postgresql_where=text("undone_at IS NULL")),
    )
