"""of which network a link to make slips was asked for

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referrer", sa.Column("network", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("referrer", "network")
