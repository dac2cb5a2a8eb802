"""reasons as values beside their sentence; what a change by hand replaces

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("order_line", "allocation_result"):
        op.add_column(table, sa.Column("why", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("proposal_override", sa.Column("computed", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("proposal_override", "computed")
    for table in ("order_line", "allocation_result"):
        op.drop_column(table, "why")
