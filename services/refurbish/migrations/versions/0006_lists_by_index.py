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
        "ix_device_search",
        "device USING gin ((label || ' ' || coalesce(serial, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, '')) gin_trgm_ops)",
    )
    index_concurrently("ix_device_newest", "device ((coalesce(arrived_at, '1970-01-01 00:00:00+00')), id)")
    index_concurrently("ix_device_stage_newest", "device (stage, (coalesce(arrived_at, '1970-01-01 00:00:00+00')), id)")
    index_concurrently("ix_device_name", "device ((coalesce(manufacturer, '')), (coalesce(model, '')), id)")
    index_concurrently(
        "ix_device_at_work",
        "device (lot_id) WHERE stage NOT IN ('ready', 'left', 'withdrawn', 'missing')",
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_device_search")
    op.execute("DROP INDEX ix_device_newest")
    op.execute("DROP INDEX ix_device_stage_newest")
    op.execute("DROP INDEX ix_device_name")
    op.execute("DROP INDEX ix_device_at_work")
    op.execute("DROP EXTENSION pg_trgm")
