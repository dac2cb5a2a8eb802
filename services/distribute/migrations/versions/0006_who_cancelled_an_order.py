"""who cancelled an order: the Relais or the coordination

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("relais_order", sa.Column("cancelled_by", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("relais_order", "cancelled_by")
