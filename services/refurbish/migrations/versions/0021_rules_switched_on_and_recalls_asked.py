"""what devices were graded from, rule sets switched on, jobs, recalls that distribute decides

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
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
    op.create_table(
        "device_grading",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("facts_key", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_grading_device_id_device")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_device_grading_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_grading")),
    )
    op.create_table(
        "ruleset_switch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_ruleset_switch_undone_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruleset_switch")),
    )
    op.create_index(
        "uq_ruleset_switch_open",
        "ruleset_switch",
        ["ruleset"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.add_column("device", sa.Column("recall_code", sa.String(), nullable=True))
    op.add_column("device", sa.Column("recall_asked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("device", "recall_asked_at")
    op.drop_column("device", "recall_code")
    op.drop_table("ruleset_switch")
    op.drop_table("device_grading")
    op.drop_table("job")
