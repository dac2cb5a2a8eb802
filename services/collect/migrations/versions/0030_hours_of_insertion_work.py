"""minutes of insertion work on a device, where a workshop measures them

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "device",
        sa.Column(
            "work_minutes", sa.Integer(), nullable=True, comment="insertion work so far, where the workshop measures it"
        ),
    )


def downgrade() -> None:
    op.drop_column("device", "work_minutes")
