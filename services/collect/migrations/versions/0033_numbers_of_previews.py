"""numbers of a preview, found by how they begin

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for number in ("serial", "asset_tag"):
        index_concurrently(
            f"ix_import_row_{number}",
            f"import_row (import_id, {number} text_pattern_ops) WHERE {number} IS NOT NULL",
        )


def downgrade() -> None:
    for number in ("serial", "asset_tag"):
        op.drop_index(f"ix_import_row_{number}", table_name="import_row")
