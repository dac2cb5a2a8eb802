"""Table of the proposals slice."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from distribute.models import Base, Created, Id


class AllocationProposalRow(Base):
    """One computed allocation. Never changed once written: it is what was proposed, and the proof that it was fair."""

    __tablename__ = "allocation_proposal"

    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    as_of: Mapped[date]
    policy: Mapped[str]
    engine: Mapped[str]
    solver: Mapped[str]
    input_sha256: Mapped[str]
    output_sha256: Mapped[str]
    lines: Mapped[int]
    wanted: Mapped[int] = mapped_column(sa.BigInteger)
    given: Mapped[int] = mapped_column(sa.BigInteger)
    seconds: Mapped[float]
    requested_by: Mapped[str]
    created_at: Mapped[Created]
    # Compressed JSON, see distribute.allocation.engine.archive: opened by the replay, never queried.
    snapshot: Mapped[bytes]
    answer: Mapped[bytes]
    certificate: Mapped[bytes]

    __table_args__ = (
        sa.CheckConstraint("input_sha256 ~ '^[0-9a-f]{64}$'", name="input_is_a_sha256"),
        sa.CheckConstraint("output_sha256 ~ '^[0-9a-f]{64}$'", name="output_is_a_sha256"),
        sa.CheckConstraint("0 <= given AND given <= wanted", name="never_more_than_wanted"),
    )
