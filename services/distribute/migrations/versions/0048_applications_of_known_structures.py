"""applications of structures that are known already, and of which network one was begun

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("network", sa.String(), nullable=True))
    op.add_column("application", sa.Column("known_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("application", "known_at")
    op.drop_column("application", "network")
