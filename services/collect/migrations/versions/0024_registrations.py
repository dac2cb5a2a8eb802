"""companies that registered themselves, until they are confirmed

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("donor", sa.Column("to_confirm", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("donor", sa.Column("legal_category", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("donor", "legal_category")
    op.drop_column("donor", "to_confirm")
