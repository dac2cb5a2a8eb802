"""Table of Relais: a copy, owned by distribute."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Moment


class RelaisTable(Base):
    """The newest `relais-changed` of one Relais, and when it was last heard of; of one not told yet, that alone."""

    __tablename__ = "relais"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), primary_key=True)
    name: Mapped[str | None] = mapped_column(sa.Text)
    city: Mapped[str | None] = mapped_column(sa.Text)
    territory: Mapped[str | None] = mapped_column(sa.Text)
    agreement: Mapped[str | None] = mapped_column(sa.Text, comment="none, sent, signed, ended")
    agreement_since: Mapped[date | None]
    first_told_at: Mapped[Moment] = mapped_column(sa.DateTime(timezone=True))
    # When it last ordered, received or handed over.
    heard_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
