"""missing devices that their donor found, counts that it agreed with

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device", sa.Column("found_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lot", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    index_concurrently("ix_device_found", "device (found_at) WHERE found_at IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX ix_device_found")
    op.drop_column("lot", "confirmed_at")
    op.drop_column("device", "found_at")
