"""what a workshop says that a device is

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device", sa.Column("seen_category", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("device", "seen_category")
