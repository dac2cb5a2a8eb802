"""The table of price lists."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, Words, one_of
from distribute.price_lists.status import ListStatus


class PriceListTable(Base):
    """A price list. Triggers refuse to change or delete one that was published; it can only be withdrawn."""

    __tablename__ = "price_list"

    id: Mapped[Id] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    # Of a list that came with the package: lines of orders say its name. Ours are `prices_v<version>`.
    name: Mapped[str | None] = mapped_column(unique=True)
    label: Mapped[str]
    valid_from: Mapped[date]
    source: Mapped[Words]
    # Euro cents by category, tier and grade, as `filiere.catalogue.pricing_files` has them.
    prices: Mapped[dict[str, Any]] = mapped_column(pg.JSONB)
    status: Mapped[str]
    created_at: Mapped[Created]
    published_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    published_why: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    withdrawn_why: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("status", ListStatus), name="status_known"),
        sa.CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published_is_dated"),
        sa.CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_is_dated"),
        # Two lists never begin on one day: there is one in force, neither none nor two.
        sa.Index("uq_price_list_begins", "valid_from", unique=True, postgresql_where=sa.text("status = 'published'")),
    )
