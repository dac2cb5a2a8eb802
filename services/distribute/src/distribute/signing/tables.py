"""Tables of signing."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from distribute.base import Base, Created, Id, one_of
from distribute.relais.mode import Mode


class SigningTable(Base):
    """An agreement sent to be signed, its very paper, and who signed it."""

    __tablename__ = "signing"

    relais_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    mode: Mapped[str]
    # Of the director, who needs no account.
    address: Mapped[str]
    paper: Mapped[bytes]
    sha256: Mapped[str]
    sent_at: Mapped[Created]
    reminded_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    signed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    signed_name: Mapped[str | None]
    signed_role: Mapped[str | None]
    # The lines of a signature that was drawn; without them the name was typed a second time.
    drawn: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("mode", Mode), name="mode_known"),
        sa.CheckConstraint("sha256 = encode(sha256(paper), 'hex')", name="fingerprint_of_its_paper"),
        sa.CheckConstraint("withdrawn_at IS NULL OR signed_at IS NULL", name="signed_or_withdrawn"),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_name IS NULL) AND (signed_at IS NULL) = (signed_role IS NULL)",
            name="signed_by_somebody",
        ),
        # One waits at a time.
        sa.Index(
            "uq_signing_open",
            "relais_id",
            unique=True,
            postgresql_where=sa.text("signed_at IS NULL AND withdrawn_at IS NULL"),
        ),
        sa.Index("ix_signing_relais", "relais_id", "sent_at"),
    )
