"""The table of drafts and templates."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import NOW, Base, Created, Id


class OrderDraftTable(Base):
    """A basket that a Relais keeps: to be sent once, or to be opened again and again. Prices are quoted when it is."""

    __tablename__ = "order_draft"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    is_template: Mapped[bool]
    name: Mapped[str]
    # What is asked for, as the API takes it.
    lines: Mapped[list[dict[str, Any]]] = mapped_column(pg.JSONB)
    note: Mapped[str | None]
    created_at: Mapped[Created]
    updated_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=NOW)

    __table_args__ = (sa.Index("ix_order_draft_relais", "relais_id", "updated_at", "id"),)
