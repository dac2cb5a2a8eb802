"""one device alone is recalled by its workshop

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def _allow(whats: str) -> None:
    op.drop_constraint(op.f("ck_recall_what_known"), "recall", type_="check")
    op.execute(f"ALTER TABLE recall ADD CONSTRAINT ck_recall_what_known CHECK (what IN ({whats})) NOT VALID")
    op.execute("ALTER TABLE recall VALIDATE CONSTRAINT ck_recall_what_known")


def upgrade() -> None:
    _allow("'lot', 'model', 'device'")


def downgrade() -> None:
    op.execute("DELETE FROM recall_item x USING recall r WHERE r.id = x.recall_id AND r.what = 'device'")
    op.execute("DELETE FROM recall WHERE what = 'device'")
    _allow("'lot', 'model'")
