"""disks found by their number: one that is put in must be in no other device

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_storage_medium_serial", "storage_medium (serial)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_storage_medium_serial")
