"""Jobs: work that is too long for a request

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("input", postgresql.JSONB(), nullable=False),
        sa.Column("content", postgresql.BYTEA()),
        sa.Column("result", postgresql.BYTEA()),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('waiting', 'working', 'done', 'failed')", name=op.f("ck_job_state_known")),
        sa.CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name=op.f("ck_job_end_is_dated")),
        sa.CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name=op.f("ck_job_failure_has_a_reason")),
        sa.CheckConstraint("ended_at IS NULL OR content IS NULL", name=op.f("ck_job_content_is_forgotten")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    open_only = sa.text("ended_at IS NULL")
    op.create_index("uq_job_open", "job", ["kind", "key"], unique=True, postgresql_where=open_only)
    op.create_index("ix_job_open", "job", ["created_at"], postgresql_where=open_only)
    op.create_index("ix_job_key", "job", ["kind", "key", "created_at"])
    op.create_index("ix_job_ended_at", "job", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))


def downgrade() -> None:
    op.drop_table("job")
