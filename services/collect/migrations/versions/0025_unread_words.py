"""words of donors that nobody has read, found at once

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_donation_message_unread", "donation_message (donation_id, side) WHERE read_at IS NULL")


def downgrade() -> None:
    op.execute("DROP INDEX ix_donation_message_unread")
