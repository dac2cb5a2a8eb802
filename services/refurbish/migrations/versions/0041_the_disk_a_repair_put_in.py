"""the disk that a repair put in, and the exits of what went with a board: both are undone with it

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("repair", sa.Column("disk_serial", sa.String(), nullable=True))
    op.add_column(
        "repair", sa.Column("exit_ids", pg.ARRAY(sa.UUID()), server_default=sa.text("'{}'::uuid[]"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("repair", "exit_ids")
    op.drop_column("repair", "disk_serial")
