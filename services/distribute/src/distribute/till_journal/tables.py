"""The journal's table. It only ever grows: triggers refuse any change, and what does not follow the last entry."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Moment, one_of
from distribute.till_journal.status import EntryKind, Means, UndoReason


class TillEntryTable(Base):
    """One entry of a Relais' till."""

    __tablename__ = "till_entry"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    # Of the journal, in Paris; never before that of the entry before.
    day: Mapped[date]
    kind: Mapped[str]
    at: Mapped[Moment]
    # The subject of whoever acted; never a beneficiary, about whom nothing stands here.
    by: Mapped[str]
    handover_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    device_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    receipt: Mapped[str | None]
    label: Mapped[str | None]
    category: Mapped[str | None]
    tier: Mapped[str | None]
    # What the person paid, and what a structure paid for them; negative where the entry takes back.
    person_cents: Mapped[int]
    person_means: Mapped[str | None]
    structure_cents: Mapped[int]
    structure_means: Mapped[str | None]
    undoes: Mapped[int | None] = mapped_column(sa.BigInteger)
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(pg.JSONB)
    # All amounts up to here.
    total_cents: Mapped[int] = mapped_column(sa.BigInteger)
    previous: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", EntryKind), name="kind_known"),
        sa.CheckConstraint(one_of("person_means", Means), name="person_means_known"),
        sa.CheckConstraint(one_of("structure_means", Means), name="structure_means_known"),
        sa.CheckConstraint(one_of("reason", UndoReason), name="reason_known"),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="undo_names_its_entry"),
        sa.CheckConstraint("sequence >= 1", name="sequence_from_one"),
        # Nothing is taken back twice; no handover is entered twice.
        sa.UniqueConstraint("relais_id", "undoes"),
        sa.Index("uq_till_entry_handover", "handover_id", unique=True, postgresql_where=sa.text("undoes IS NULL")),
        # What a device lived is asked before it is handed over.
        sa.Index("ix_till_entry_undone", "device_id", postgresql_where=sa.text("kind = 'undo'")),
        sa.Index("ix_till_entry_day", "relais_id", "day", "sequence"),
        # Dues are proven since the last time.
        sa.Index("ix_till_entry_at", "at"),
    )
