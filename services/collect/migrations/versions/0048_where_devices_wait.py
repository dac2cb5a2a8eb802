"""where devices wait, and for how long: an index

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently(
        "ix_device_waiting",
        "device (stage, (CASE WHEN promise IN ('reserved', 'shipped', 'delivered') THEN promise_at"
        " WHEN work IS NOT NULL THEN work_at WHEN custody = 'in_transit' THEN dispatched_at"
        " WHEN custody = 'collected' THEN collected_at ELSE created_at END))"
        " WHERE stage NOT IN ('handed_over', 'withdrawn', 'missing', 'cancelled')",
    )


def downgrade() -> None:
    op.drop_index("ix_device_waiting", table_name="device")
