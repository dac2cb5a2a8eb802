"""what somebody used is handed over to nobody else: the database refuses it until the device is promised anew

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_STATEMENTS = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    index_concurrently("ix_loan_item_device_id", "loan_item (device_id)")
    index_concurrently("ix_till_entry_undone", "till_entry (device_id) WHERE kind = 'undo'")
    for statement in _STATEMENTS.read_text().split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX ix_till_entry_undone")
    op.execute("DROP INDEX ix_loan_item_device_id")
    op.execute("DROP TRIGGER handed_over_wiped ON stock_item")
    op.execute("DROP FUNCTION handed_over_wiped")
    op.execute("DROP FUNCTION used_since_promised")
