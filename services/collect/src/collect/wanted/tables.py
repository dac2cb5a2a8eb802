"""Table of what is waited for."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from collect.base import Base, Moment, Text


class DemandTable(Base):
    """Devices that approved orders wait for, per category, minimum grade and département. Nobody's own data."""

    __tablename__ = "demand"
    __table_args__ = (sa.PrimaryKeyConstraint("category", "grade", "territory"),)

    category: Mapped[Text]
    grade: Mapped[Text]
    territory: Mapped[Text]
    wanted: Mapped[int]
    updated_at: Mapped[Moment]
