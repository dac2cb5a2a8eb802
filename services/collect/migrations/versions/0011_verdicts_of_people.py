"""what the rules said of a line, where people decided otherwise

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "donation_line",
        sa.Column(
            "ruled",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="what the rules said, where people decided otherwise",
        ),
    )


def downgrade() -> None:
    op.drop_column("donation_line", "ruled")
