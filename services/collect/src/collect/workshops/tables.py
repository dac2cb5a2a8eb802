"""Table of workshops: a copy, owned by refurbish, kept here to choose where a lot goes."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Json, Moment, Text, Words


class WorkshopTable(Base):
    """The newest `workshop-capacity-changed` of one workshop."""

    __tablename__ = "workshop"

    workshop_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), primary_key=True)
    name: Mapped[Text]
    city: Mapped[Text]
    postcode: Mapped[Text]
    capacity: Mapped[Json] = mapped_column(comment="category → devices per week")
    competences: Mapped[Words] = mapped_column(comment="categories")
    periods: Mapped[str] = mapped_column(
        pg.JSONB, server_default=sa.text("'[]'"), comment="days on which the capacity is another one"
    )
    changed_at: Mapped[Moment] = mapped_column(sa.DateTime(timezone=True))
