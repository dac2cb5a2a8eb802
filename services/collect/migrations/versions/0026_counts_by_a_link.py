"""counts that a donor agrees with by a link

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lot", sa.Column("count_said", pg.JSONB, nullable=True))
    # The letter of a lot's count follows that of a donation's: who wanted none of those wants none of these.
    op.execute(
        """UPDATE mail_reader SET switched_off = switched_off || '{lot-counted}'::text[]
        WHERE 'donation-received' = ANY (switched_off) AND NOT 'lot-counted' = ANY (switched_off)"""
    )


def downgrade() -> None:
    op.drop_column("lot", "count_said")
