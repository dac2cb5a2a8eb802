"""invoices are listed by day from an index, all and of one Relais

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_DAY = "(issued_on - DATE '2000-01-01')"


def upgrade() -> None:
    index_concurrently("ix_invoice_day", f"invoice ({_DAY}, id)")
    index_concurrently("ix_invoice_relais_day", f"invoice (relais_id, {_DAY}, id)")


def downgrade() -> None:
    op.drop_index("ix_invoice_relais_day", "invoice")
    op.drop_index("ix_invoice_day", "invoice")
