"""whether a document tells of fewer than five people, so that no link opens it

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "document",
        sa.Column(
            "few",
            sa.Boolean(),
            nullable=True,
            comment="whether it tells of fewer than five people, so that no link opens it; not known of older ones",
        ),
    )


def downgrade() -> None:
    op.drop_column("document", "few")
