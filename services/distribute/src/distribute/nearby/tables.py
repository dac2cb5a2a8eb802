"""Table of the slice."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.nearby.listing import Welcome


class PublicListingTable(Base):
    """A structure that its lead shows to everybody; without a row nobody finds it."""

    __tablename__ = "public_listing"

    relais_id: Mapped[Id] = mapped_column(sa.ForeignKey("relais.id"), primary_key=True)
    welcome: Mapped[str]
    how_to_come: Mapped[str | None]
    changed_at: Mapped[Created]

    __table_args__ = (sa.CheckConstraint(one_of("welcome", Welcome), name="welcome_known"),)
