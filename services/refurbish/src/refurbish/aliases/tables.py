"""Table of the aliases."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.aliases.kinds import AliasKind
from refurbish.base import Base, moment


class AliasTable(Base):
    """One more identifier of a device. Two devices may share one (two donors number alike): it then finds neither."""

    __tablename__ = "alias"

    # The workshop is the device's: a lot that has not arrived may still be sent to another.
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    value: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime] = moment()

    __table_args__ = (
        Index("uq_alias_device", "device_id", "value", unique=True),
        # By its whole, from a scan; by its beginning, from a search.
        Index("ix_alias_value", "value", postgresql_ops={"value": "text_pattern_ops"}),
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in AliasKind)})", name="kind_known"),
    )
