"""Table of the demand."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class DemandTable(Base):
    """Devices that Relais ask for and do not get, per category, minimum grade and département. Nobody's own data."""

    __tablename__ = "demand"

    category: Mapped[str] = mapped_column(primary_key=True)
    grade: Mapped[str] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[int]
    updated_at: Mapped[datetime] = moment()
