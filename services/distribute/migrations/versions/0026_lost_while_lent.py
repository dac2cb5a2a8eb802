"""what was lent may be lost, and found again

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE loan_item DROP CONSTRAINT IF EXISTS ck_loan_item_outcome_known")
    op.execute(
        "ALTER TABLE loan_item ADD CONSTRAINT ck_loan_item_outcome_known"
        " CHECK (outcome IN ('returned', 'given', 'lost', 'found')) NOT VALID"
    )
    op.execute("ALTER TABLE loan_item VALIDATE CONSTRAINT ck_loan_item_outcome_known")


def downgrade() -> None:
    op.execute("UPDATE loan_item SET outcome = 'returned' WHERE outcome IN ('lost', 'found')")
    op.execute("ALTER TABLE loan_item DROP CONSTRAINT IF EXISTS ck_loan_item_outcome_known")
    op.execute(
        "ALTER TABLE loan_item ADD CONSTRAINT ck_loan_item_outcome_known CHECK (outcome IN ('returned', 'given'))"
    )
