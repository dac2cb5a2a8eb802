"""lots that are shared out over several workshops

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lot", sa.Column("split_from", sa.UUID(), nullable=True))


def downgrade() -> None:
    op.drop_column("lot", "split_from")
