"""Table of Relais: a copy, owned by distribute."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Moment, Text


class RelaisTable(Base):
    """The newest `relais-changed` of one Relais, and when the first one came."""

    __tablename__ = "relais"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), primary_key=True)
    name: Mapped[Text]
    city: Mapped[Text]
    territory: Mapped[Text]
    agreement: Mapped[Text] = mapped_column(comment="none, sent, signed, ended")
    agreement_since: Mapped[date]
    first_told_at: Mapped[Moment] = mapped_column(sa.DateTime(timezone=True))


class RelaisHeardTable(Base):
    """A day on which a Relais ordered, received or handed over: the last one is the same in any order of events."""

    __tablename__ = "relais_heard"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
