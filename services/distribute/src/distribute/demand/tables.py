"""Table of the demand slice: what was last said of unmet orders."""

import sqlalchemy as sa
from filiere.catalogue import Category, Grade
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, one_of


class DemandTable(Base):
    """Devices wanted and not promised yet, per category, minimum grade and département."""

    __tablename__ = "demand"

    category: Mapped[str] = mapped_column(primary_key=True)
    grade: Mapped[str] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[int]
    updated_at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint(one_of("category", Category), name="category_known"),
        sa.CheckConstraint(one_of("grade", Grade), name="grade_known"),
        sa.CheckConstraint("wanted >= 0", name="wanted_not_negative"),
    )
