"""lists by index

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What people search is a part of a text. The extension is a trusted one: the owner of the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    index_concurrently(
        "ix_donation_search",
        "donation USING gin ((reference || ' ' || coalesce(note, '')) gin_trgm_ops)",
    )
    index_concurrently("ix_donor_search", "donor USING gin ((name || ' ' || siren) gin_trgm_ops)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_donation_search")
    op.execute("DROP INDEX ix_donor_search")
    op.execute("DROP EXTENSION pg_trgm")
