"""days on which a workshop's capacity is another one

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "workshop",
        sa.Column(
            "periods",
            pg.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="days on which the capacity is another one",
        ),
    )


def downgrade() -> None:
    op.drop_column("workshop", "periods")
