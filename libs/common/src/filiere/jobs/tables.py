"""The table of jobs, for the services that have any."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

NOW = sa.text("now()")


def add_job_table(metadata: sa.MetaData) -> None:
    """Declare the table in one service's metadata."""
    table = sa.Table(
        "job",
        metadata,
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        # What the job is about: the same thing asked twice is one job while it is open.
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("input", pg.JSONB, nullable=False),
        # A file to work on: kept over a restart, forgotten with the end of the job, for it may speak of people.
        sa.Column("content", pg.BYTEA),
        sa.Column("result", pg.BYTEA),
        sa.Column("done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("total", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("alive_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('waiting', 'working', 'done', 'failed')", name="state_known"),
        sa.CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="end_is_dated"),
        sa.CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failure_has_a_reason"),
        sa.CheckConstraint("ended_at IS NULL OR content IS NULL", name="content_is_forgotten"),
    )
    sa.Index(
        "uq_job_open",
        table.c.kind,
        table.c.key,
        unique=True,
        postgresql_where=table.c.ended_at.is_(None),
    )
    # What a worker looks for; ended jobs cost it nothing.
    sa.Index("ix_job_open", table.c.created_at, postgresql_where=table.c.ended_at.is_(None))
    # Which of a thing's jobs is the newest.
    sa.Index("ix_job_key", table.c.kind, table.c.key, table.c.created_at)
    # Pruning walks by age.
    sa.Index("ix_job_ended_at", table.c.ended_at, postgresql_where=table.c.ended_at.is_not(None))
