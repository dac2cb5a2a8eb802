"""the index by which a declared telephone is found by another of its IMEIs

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_donation_line_imeis", "donation_line USING gin (imeis) WHERE imeis <> '{}'")


def downgrade() -> None:
    op.drop_index("ix_donation_line_imeis", table_name="donation_line")
