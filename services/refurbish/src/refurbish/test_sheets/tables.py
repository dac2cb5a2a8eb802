"""Table of the test sheets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class TestSheetTable(Base):
    """One row per submission: the whole sheet as it stood then. The newest is the truth."""

    __tablename__ = "test_sheet"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    cycle: Mapped[int] = mapped_column(server_default=text("1"))
    checklist: Mapped[str]
    # test → {"passed": true | false | null (sans objet), "note": text or null}
    results: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # test → {"by": name, "at": moment}; of older rows nobody knows.
    answered: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    # None while points are missing.
    passed: Mapped[bool | None]
    tester: Mapped[str]
    tested_at: Mapped[datetime] = moment()

    __table_args__ = (Index("ix_test_sheet_device", "device_id", "id"),)
