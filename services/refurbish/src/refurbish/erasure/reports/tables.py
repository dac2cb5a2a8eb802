"""The table of reports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class ErasureReportTable(Base):
    """A file that a tool wrote, for ever: trigger `erasure_report_is_evidence`. `said`: what we read in it then."""

    __tablename__ = "erasure_report"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    file_hash: Mapped[str] = mapped_column(Text, ForeignKey("file.hash"))
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
    added_by: Mapped[str]
    added_by_name: Mapped[str]
    added_at: Mapped[datetime] = moment()

    __table_args__ = (Index("ix_erasure_report_file", "file_hash"),)
