"""what somebody is for within an organisation; whoever is there already leads it, as everybody did

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("membership", "invitation"):
        op.add_column(table, sa.Column("duty", sa.Text(), server_default="lead", nullable=False))


def downgrade() -> None:
    for table in ("membership", "invitation"):
        op.drop_column(table, "duty")
