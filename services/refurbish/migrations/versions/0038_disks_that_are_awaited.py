"""disks that somebody says were put into another device, found by that one's label

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_medium_exit_went_to", "medium_exit (went_to)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_medium_exit_went_to")
