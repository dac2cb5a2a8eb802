"""sessions that were ended before their time

The first of its kind in each service: the shared tables are the same everywhere. One expand or contract step per
revision; `lock_timeout` is set for the connection.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session_end",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("subject <> '' OR session = ''", name=op.f("ck_session_end_everybody_has_no_session")),
        sa.PrimaryKeyConstraint("subject", "session", name=op.f("pk_session_end")),
    )


def downgrade() -> None:
    op.drop_table("session_end")
