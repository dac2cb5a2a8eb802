"""what no manifest lists is received, with labels of the workshops

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device", sa.Column("is_surplus", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    # Labels from the last one down; collect's begin with the first.
    op.execute("CREATE SEQUENCE surplus_label_seq MINVALUE 0 START WITH 0")


def downgrade() -> None:
    op.execute("DROP SEQUENCE surplus_label_seq")
    op.drop_column("device", "is_surplus")
