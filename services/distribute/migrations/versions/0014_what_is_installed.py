"""what a workshop installed on a device, and its battery

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stock_item", sa.Column("software", pg.JSONB(), nullable=True))
    op.add_column("stock_item", sa.Column("battery_percent", sa.Float(), nullable=True))
    op.add_column("stock_item", sa.Column("battery_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("stock_item", "battery_minutes")
    op.drop_column("stock_item", "battery_percent")
    op.drop_column("stock_item", "software")
