"""The ledger of what moves in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id


class MovingInTable(Base):
    """Where an old tool says that a device went (`filiere.movein.wire.CarriedPlace`), until its workshop has it ready.

    What a workshop never says to be ready (no proof that it is wiped) waits here for ever, and goes to nobody.
    """

    __tablename__ = "moving_in"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    # The device's, before it is here.
    id: Mapped[Id] = mapped_column(primary_key=True)
    source: Mapped[str]
    said: Mapped[dict[str, Any]] = mapped_column(pg.JSONB)
    told_at: Mapped[Created]
    told_by: Mapped[str]
    applied_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (sa.Index("ix_moving_in_source", "source", postgresql_include=["applied_at"]),)
