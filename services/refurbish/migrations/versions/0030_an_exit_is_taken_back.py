"""whoever said that a medium is gone takes it back

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TRIGGERS = Path(__file__).with_name("0030_an_exit_is_taken_back.sql")


def upgrade() -> None:
    op.create_table(
        "exit_taken_back",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("taken_back_by", sa.String(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exit_id"], ["medium_exit.id"], name=op.f("fk_exit_taken_back_exit_id_medium_exit")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_exit_taken_back_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("exit_id", name=op.f("pk_exit_taken_back")),
    )
    for statement in _TRIGGERS.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER exit_answered_in_time ON exit_answer")
    op.drop_table("exit_taken_back")
    op.execute("DROP FUNCTION exit_answered_in_time")
    op.execute("DROP FUNCTION exit_taken_back_in_time")
