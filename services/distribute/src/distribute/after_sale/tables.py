"""The table of cases."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from filiere.catalogue import Fault
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.after_sale.status import CaseOutcome, Payer, Way
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
    # What was asked for when it began; cases from before it was kept have none.
    way: Mapped[str | None]
    opened_at: Mapped[Created]
    # The road of the broken device: sent by its Relais, with its workshop, ready anew or never again.
    sent_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    carrier: Mapped[str | None]
    tracking: Mapped[str | None]
    at_workshop_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    repaired_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    unrepairable_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # By which a device of the network is set aside for it; orders are never deleted.
    order_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    # The coordination's word on who pays under guarantee; else what was paid for the repaired device tells.
    payer: Mapped[str | None]
    person_cents: Mapped[int] = mapped_column(server_default="0")
    structure_cents: Mapped[int] = mapped_column(server_default="0")
    # The sale that was paid back, in whole or in part: after a swap it is an earlier one than the case's own.
    refunded_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    refunded_cents: Mapped[int | None]
    is_refunded_in_part: Mapped[bool] = mapped_column(server_default=sa.false())
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    replacement_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("stock_item.device_id"))
    replacement_handover_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))

    __table_args__ = (
        sa.CheckConstraint(one_of("fault", Fault), name="fault_known"),
        sa.CheckConstraint(one_of("outcome", CaseOutcome), name="outcome_known"),
        sa.CheckConstraint(one_of("way", Way), name="way_known"),
        sa.CheckConstraint(one_of("payer", Payer), name="payer_known"),
        sa.CheckConstraint("person_cents >= 0 AND structure_cents >= 0", name="parts_not_negative"),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_is_dated"),
        sa.CheckConstraint(
            "(replacement_id IS NULL) = (replacement_handover_id IS NULL)"
            " AND (replacement_id IS NOT NULL) = (outcome IS NOT NULL AND outcome NOT IN ('refunded', 'closed'))",
            name="replaced_when_swapped",
        ),
        sa.Index("ix_after_sale_case_relais_id", "relais_id", "opened_at", "id"),
        sa.Index("ix_after_sale_case_opened_at", "opened_at", "id"),
        sa.Index("ix_after_sale_case_device_id", "device_id"),
        # A device that is kept for a case is sold to nobody: the till asks for each.
        sa.Index("ix_after_sale_case_order_id", "order_id", postgresql_where=sa.text("order_id IS NOT NULL")),
        # Undone, what was handed over instead leaves its case waiting again.
        sa.Index(
            "ix_after_sale_case_replacement",
            "replacement_handover_id",
            postgresql_where=sa.text("replacement_handover_id IS NOT NULL"),
        ),
    )
