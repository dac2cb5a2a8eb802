"""Tables of the proposals slice."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from distribute.allocation.proposals.status import ProposalStatus
from distribute.base import Base, Created, Id, one_of


class AllocationProposalTable(Base):
    """One computed allocation, or the wish for one.

    What was computed is never changed once written: it is what was proposed, and the proof that it was fair.
    """

    __tablename__ = "allocation_proposal"

    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    # Proposals from before this column were kept when they were computed.
    status: Mapped[str] = mapped_column(server_default=ProposalStatus.PROPOSED.value)
    # Name of the policy that was asked for; none for the one in force on the day.
    asked_policy: Mapped[str | None]
    requested_by: Mapped[str]
    created_at: Mapped[Created]
    # Whoever computes it says so now and then: another worker takes it up when that stops.
    attempts: Mapped[int] = mapped_column(server_default="0")
    alive_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    step: Mapped[str | None]
    # A French sentence.
    failure: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    # All of these are there once it is computed.
    as_of: Mapped[date | None]
    policy: Mapped[str | None]
    engine: Mapped[str | None]
    solver: Mapped[str | None]
    input_sha256: Mapped[str | None]
    output_sha256: Mapped[str | None]
    lines: Mapped[int | None]
    wanted: Mapped[int | None] = mapped_column(sa.BigInteger)
    given: Mapped[int | None] = mapped_column(sa.BigInteger)
    seconds: Mapped[float | None]
    # Compressed JSON, see distribute.engine.archive: opened by the replay, never queried.
    snapshot: Mapped[bytes | None]
    answer: Mapped[bytes | None]
    certificate: Mapped[bytes | None]

    __table_args__ = (
        sa.CheckConstraint(one_of("status", ProposalStatus), name="status_known"),
        sa.CheckConstraint("(status = 'failed') = (failure IS NOT NULL)", name="failure_is_said"),
        sa.CheckConstraint(
            "status NOT IN ('proposed', 'approved') OR num_nulls(as_of, policy, engine, solver, input_sha256,"
            " output_sha256, lines, wanted, given, seconds, snapshot, answer, certificate) = 0",
            name="computed_is_whole",
        ),
        sa.CheckConstraint("input_sha256 ~ '^[0-9a-f]{64}$'", name="input_is_a_sha256"),
        sa.CheckConstraint("output_sha256 ~ '^[0-9a-f]{64}$'", name="output_is_a_sha256"),
        sa.CheckConstraint("0 <= given AND given <= wanted", name="never_more_than_wanted"),
        # Workers look for what is to compute.
        sa.Index(
            "ix_allocation_proposal_at_work", "number", postgresql_where=sa.text("status IN ('waiting', 'computing')")
        ),
    )


class ProposalOverrideTable(Base):
    """What the coordination decides for one line of a proposal, instead of what was computed."""

    __tablename__ = "proposal_override"

    proposal_id: Mapped[UUID] = mapped_column(
        pg.UUID(as_uuid=True), sa.ForeignKey("allocation_proposal.id"), primary_key=True
    )
    line_id: Mapped[UUID] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("order_line.id"), primary_key=True)
    given: Mapped[int]
    # What the line was given by the computation; changes of before this column do not say.
    computed: Mapped[int | None]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[Created]

    __table_args__ = (sa.CheckConstraint("given >= 0", name="given_not_negative"),)
