"""signatures that are drawn

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signing", sa.Column("drawn", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("signing", "drawn")
