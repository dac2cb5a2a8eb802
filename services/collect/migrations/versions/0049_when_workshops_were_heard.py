"""what each workshop said last: an index

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_device_heard", "device (workshop_id, work_at) WHERE work_at IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_device_heard", table_name="device")
