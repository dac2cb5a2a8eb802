"""Tables of the agreements."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class ActPriceTable(Base):
    """What one act is paid from a day on, for one category of devices or ('') for all that have none of their own."""

    __tablename__ = "act_price"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    act: Mapped[str]
    category: Mapped[str]
    cents: Mapped[int]
    valid_from: Mapped[date]
    # The instant at which that day begins in Paris.
    since: Mapped[datetime] = moment()
    source: Mapped[str]
    entered_at: Mapped[datetime] = moment()

    __table_args__ = (
        CheckConstraint("cents >= 0", name="no_price_below_nothing"),
        Index("uq_act_price_of_a_day", "workshop_id", "act", "category", "valid_from", unique=True),
    )


class DefectLimitTable(Base):
    """The share of devices with a defect that the agreement allows, in percent, and where it says so."""

    __tablename__ = "defect_limit"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"), primary_key=True)
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    source: Mapped[str]
    entered_at: Mapped[datetime] = moment()

    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="a_share"),)
