"""Table of packing instructions."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Text, Words


class PackingTable(Base):
    """One version of what donors are asked to prepare; the highest holds. No row: the product's own words hold."""

    __tablename__ = "packing"
    __table_args__ = (sa.CheckConstraint("version > 0", name="version_positive"),)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    french: Mapped[Words]
    english: Mapped[Words]
    by_name: Mapped[Text]
    created_at: Mapped[Created]
