"""the dues that were there are looked at beside the writers

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("ck_due_kind_known", "ck_due_credit_names_its_due"):
        op.execute(f"ALTER TABLE due VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    pass
