"""The table of cases."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.after_sale.status import CaseOutcome, Fault
from distribute.base import Base, Created, Id, one_of


class AfterSaleCaseTable(Base):
    """A device that was brought back, and what became of it. Nothing about the person, who stays in the handover."""

    __tablename__ = "after_sale_case"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    workshop_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True))
    device_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"))
    # Without a foreign key: what is paid back stays in the journal alone.
    handover_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), unique=True)
    receipt: Mapped[str]
    # As it was handed over; its workshop may grade it anew.
    grade: Mapped[str]
    fault: Mapped[str]
    is_guaranteed: Mapped[bool]
    opened_at: Mapped[Created]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    replacement_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"))
    replacement_handover_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("fault", Fault), name="fault_known"),
        sa.CheckConstraint(one_of("outcome", CaseOutcome), name="outcome_known"),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_is_dated"),
        sa.CheckConstraint(
            "(replacement_id IS NULL) = (replacement_handover_id IS NULL)"
            " AND (replacement_id IS NOT NULL) = (outcome IS NOT NULL AND outcome <> 'refunded')",
            name="replaced_when_swapped",
        ),
        sa.Index("ix_after_sale_case_relais_id", "relais_id", "opened_at", "id"),
        sa.Index("ix_after_sale_case_opened_at", "opened_at", "id"),
        sa.Index("ix_after_sale_case_device_id", "device_id"),
        # Undone, what was handed over instead leaves its case waiting again.
        sa.Index(
            "ix_after_sale_case_replacement",
            "replacement_handover_id",
            postgresql_where=sa.text("replacement_handover_id IS NOT NULL"),
        ),
    )
