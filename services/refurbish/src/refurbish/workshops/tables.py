"""Tables of the workshops."""

from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment, texts


class WorkshopTable(Base):
    __tablename__ = "workshop"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str]
    city: Mapped[str]
    postcode: Mapped[str]
    # Category → devices a week; a category that is absent is not taken.
    capacity: Mapped[dict[str, Any]] = mapped_column(JSONB)
    competences: Mapped[list[str]] = texts()
    created_at: Mapped[datetime] = moment()
