"""where devices wait: every one has a date, and the list of all stages an index

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_SINCE = (
    "(coalesce(CASE WHEN promise IN ('reserved', 'shipped', 'delivered') THEN promise_at"
    " WHEN work IS NOT NULL THEN work_at WHEN custody = 'in_transit' THEN dispatched_at"
    " WHEN custody = 'collected' THEN collected_at END, created_at))"
)
_WAITS = (
    "WHERE stage NOT IN ('handed_over', 'withdrawn', 'missing', 'cancelled')"
    " AND (away IS NULL OR away NOT IN ('lost', 'lost_lent'))"
)


def upgrade() -> None:
    index_concurrently("ix_device_waiting", f"device (stage, {_SINCE}, id) {_WAITS}")
    index_concurrently("ix_device_waiting_longest", f"device ({_SINCE}, id) {_WAITS}")


def downgrade() -> None:
    op.drop_index("ix_device_waiting_longest", table_name="device")
