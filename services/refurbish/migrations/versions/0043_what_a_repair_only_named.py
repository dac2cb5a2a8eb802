"""whether a repair only named a disk that was declared before, and which form brought a disk back or corrected it

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("repair", sa.Column("disk_known", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("storage_medium", sa.Column("form_id", sa.UUID(), nullable=True))


def downgrade() -> None:
    op.drop_column("storage_medium", "form_id")
    op.drop_column("repair", "disk_known")
