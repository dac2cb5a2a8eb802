"""Tables of the storage media and their erasures."""

from datetime import datetime
from uuid import UUID

from filiere.identifiers import uuid7
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, moment, texts


class StorageMediumTable(Base):
    __tablename__ = "storage_medium"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    serial: Mapped[str]
    kind: Mapped[str]
    size_gb: Mapped[float | None]
    # Who says that it is there: a person, or a machine inventory.
    origin: Mapped[str]
    declared_by: Mapped[str]
    declared_at: Mapped[datetime] = moment()
    # The erasure that counts. No foreign key: trigger `storage_medium_wipe` asks more, that it wipes this medium.
    wiped_by: Mapped[UUID | None]
    # The exit by which it is gone, confirmed by a second person; the trigger asks that too.
    gone_by: Mapped[UUID | None]
    # The form that brought it back or corrected it last: sent twice, it is one word.
    form_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("device_id", "serial"),
        Index("ix_storage_medium_serial", "serial"),  # a number that is typed is in which device already
        # What is still to wipe, or to verify: few of many.
        Index("ix_storage_medium_unwiped", "workshop_id", "id", postgresql_where=text("wiped_by IS NULL")),
        CheckConstraint("kind IN ('hdd', 'ssd', 'nvme', 'emmc', 'unknown')", name="kind_known"),
        CheckConstraint("origin IN ('person', 'audit')", name="origin_known"),
        CheckConstraint("serial <> ''", name="serial_given"),
    )


class ErasureTable(Base):
    """Every attempt, kept for ever: trigger `erasure_is_evidence` refuses to change or delete one."""

    __tablename__ = "erasure"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    medium_id: Mapped[UUID] = mapped_column(ForeignKey("storage_medium.id"))
    medium_serial: Mapped[str]
    level: Mapped[str]
    method: Mapped[str]
    tool: Mapped[str]
    tool_version: Mapped[str]
    result: Mapped[str]
    # The person's id at the identity provider, and their name for the certificate.
    operator: Mapped[str]
    operator_name: Mapped[str]
    verified: Mapped[bool]
    verified_by: Mapped[str | None]
    evidence: Mapped[str | None]
    evidence_sha256: Mapped[str | None]
    erased_at: Mapped[datetime] = moment()
    # The file of the tool, when it came as one; no foreign key, for an erasure is never locked to check it.
    report_id: Mapped[UUID | None]
    # Codes of the questions of the report to which the operator said: it is so.
    despite: Mapped[list[str]] = texts()
    # Of its device, when it was recorded: trigger `erasure_of_its_cycle` says it, whoever writes the row.
    cycle: Mapped[int] = mapped_column(server_default=text("1"))

    __table_args__ = (
        Index("ix_erasure_medium", "medium_id", "id"),
        Index("ix_erasure_device", "device_id", "id"),
        # With what somebody wiped last.
        Index("ix_erasure_operator", "operator", "id"),
        CheckConstraint("level IN ('clear', 'purge', 'destroy')", name="level_known"),
        CheckConstraint("result IN ('success', 'failure')", name="result_known"),
        # Two people: whoever wipes does not sign that it is wiped.
        CheckConstraint(
            "NOT verified OR (verified_by IS NOT NULL AND lower(verified_by) <> lower(operator)"
            " AND lower(verified_by) <> lower(operator_name))",
            name="two_people",
        ),
        CheckConstraint("(evidence IS NULL) = (evidence_sha256 IS NULL)", name="evidence_is_hashed"),
    )
