"""what the instructions of a device say: its memory, and how its Relais is reached

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stock_item", sa.Column("memory_gb", sa.Float(), nullable=True))
    op.add_column("stock_item", sa.Column("storage_gb", sa.Float(), nullable=True))
    op.add_column("relais", sa.Column("public_contact", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("relais", "public_contact")
    op.drop_column("stock_item", "storage_gb")
    op.drop_column("stock_item", "memory_gb")
