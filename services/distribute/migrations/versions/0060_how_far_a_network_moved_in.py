"""how far a network has moved in, counted without reading what was said: an index in place of one that nobody asked

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_moving_in_source", "moving_in (source) INCLUDE (applied_at)")
    op.drop_index("ix_moving_in_waiting", table_name="moving_in", if_exists=True)


def downgrade() -> None:
    op.create_index("ix_moving_in_waiting", "moving_in", ["source"], postgresql_where=sa.text("applied_at IS NULL"))
    op.drop_index("ix_moving_in_source", table_name="moving_in")
