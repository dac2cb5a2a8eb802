"""indexes of the coordination's day

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_device_at_work", "device (work_at) WHERE stage IN ('arrived', 'erased', 'tested', 'graded')")
    index_concurrently("ix_device_handed_over", "device (promise_at) WHERE promise = 'handed_over'")


def downgrade() -> None:
    op.execute("DROP INDEX ix_device_handed_over")
    op.execute("DROP INDEX ix_device_at_work")
