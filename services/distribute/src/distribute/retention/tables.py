"""What was erased, in numbers: the report of each purge and of each request. Never what it was."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Id, Moment, one_of
from distribute.retention.status import Cause


class AliasErasureTable(Base):
    """Repères of a Relais that were taken off its handovers at one moment."""

    __tablename__ = "alias_erasure"

    relais_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    cause: Mapped[str]
    # Handovers that say nothing about anybody any more.
    handovers: Mapped[int]
    # Who asked for it at the Relais; nobody when two years were over.
    by: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("cause", Cause), name="cause_known"),
        sa.CheckConstraint("handovers > 0", name="some_handovers"),
        sa.CheckConstraint("(cause = 'request') = (by IS NOT NULL)", name="a_request_is_somebodys"),
        sa.Index("ix_alias_erasure_relais", "relais_id", "at"),
    )
