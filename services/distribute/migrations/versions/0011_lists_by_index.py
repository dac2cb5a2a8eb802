"""lists by index

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What people search is a part of a text. The extension is a trusted one: the owner of the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    index_concurrently(
        "ix_stock_item_search",
        "stock_item USING gin ((label || ' ' || coalesce(serial, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, '')) gin_trgm_ops)",
    )
    index_concurrently("ix_stock_item_status_ready_at", "stock_item (status, ready_at, device_id)")
    index_concurrently("ix_stock_item_category", "stock_item (category, grade, label, device_id)")
    index_concurrently(
        "ix_stock_item_campaign",
        "stock_item (campaign, ready_at, device_id) WHERE campaign IS NOT NULL",
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_stock_item_search")
    op.execute("DROP INDEX ix_stock_item_status_ready_at")
    op.execute("DROP INDEX ix_stock_item_category")
    op.execute("DROP INDEX ix_stock_item_campaign")
    op.execute("DROP EXTENSION pg_trgm")
