"""Tables of the statistics slice: what is told of a quarter, written once. Triggers refuse to change it."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.statistics.road import Counted


class ToldQuarterTable(Base):
    """A quarter whose figures stand."""

    __tablename__ = "told_quarter"

    id: Mapped[Id] = mapped_column(primary_key=True)
    first_day: Mapped[date] = mapped_column(unique=True)
    told_at: Mapped[Created]


class ToldBlockTable(Base):
    """So many of a place on the road; what is null after it is not told of them."""

    __tablename__ = "told_block"

    id: Mapped[Id] = mapped_column(primary_key=True)
    quarter_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("told_quarter.id"))
    counted: Mapped[str]
    locality: Mapped[str | None]
    # Empty where none was said.
    public: Mapped[str | None]
    item: Mapped[str | None]
    tier: Mapped[str | None]
    count: Mapped[int]

    __table_args__ = (
        sa.CheckConstraint(one_of("counted", Counted), name="counted_known"),
        # The rule itself, whatever writes here.
        sa.CheckConstraint("count >= 5", name="nobody_is_found"),
        sa.Index("ix_told_block_quarter", "quarter_id", "counted"),
    )
