"""Table of the audits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment


class AuditTable(Base):
    """One machine inventory, reduced to its hardware facts. The file itself is not kept, only its hash."""

    __tablename__ = "audit"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    sha256: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Whether the machine's serial is the declared one; null when either is unknown.
    serial_matches: Mapped[bool | None]
    auditor: Mapped[str]
    audited_at: Mapped[datetime] = moment()

    # The same file sent twice is one audit; also serves the list of a device's audits.
    __table_args__ = (UniqueConstraint("device_id", "sha256"),)
