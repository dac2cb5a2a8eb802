"""media that are gone: declared by mistake, or taken out; asked by one person, confirmed by another

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TRIGGERS = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    op.create_table(
        "medium_exit",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("medium_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("went_to", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_by_name", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('not_there', 'twice', 'misread', 'boot_key', 'kept', 'to_destroy', 'reused', 'returned')",
            name=op.f("ck_medium_exit_reason_known"),
        ),
        sa.CheckConstraint("(reason = 'reused') = (went_to IS NOT NULL)", name=op.f("ck_medium_exit_reused_somewhere")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_medium_exit_device_id_device")),
        sa.ForeignKeyConstraint(
            ["medium_id"], ["storage_medium.id"], name=op.f("fk_medium_exit_medium_id_storage_medium")
        ),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_medium_exit_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medium_exit")),
    )
    op.create_index("ix_medium_exit_device", "medium_exit", ["device_id", "id"], unique=False)
    op.create_index("ix_medium_exit_medium", "medium_exit", ["medium_id", "id"], unique=False)
    op.create_table(
        "exit_answer",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_by_name", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("confirmed = (why IS NULL)", name=op.f("ck_exit_answer_refused_with_a_reason")),
        sa.ForeignKeyConstraint(["exit_id"], ["medium_exit.id"], name=op.f("fk_exit_answer_exit_id_medium_exit")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_exit_answer_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("exit_id", name=op.f("pk_exit_answer")),
    )
    op.add_column("storage_medium", sa.Column("gone_by", sa.Uuid(), nullable=True))
    for statement in _TRIGGERS.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("storage_medium", "gone_by")
    op.drop_table("exit_answer")
    op.drop_table("medium_exit")
