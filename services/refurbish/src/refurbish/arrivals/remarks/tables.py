"""The table of remarks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.arrivals.remarks.kinds import RemarkKind
from refurbish.base import Base, moment


class RemarkTable(Base):
    """One thing seen of one device at its arrival."""

    __tablename__ = "remark"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    said_by: Mapped[str]
    said_at: Mapped[datetime] = moment()

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in RemarkKind)})", name="kind_known"),
    )
