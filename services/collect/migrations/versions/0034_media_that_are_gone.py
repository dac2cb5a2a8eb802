"""media that were taken out of a device, or declared by mistake

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device", sa.Column("gone", pg.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("device", "gone")
