"""rows of a file refer to their import alone

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CONTRACTS = "a reference that no code asks for: the donor of a row is its import's, and is referred to there"


def upgrade() -> None:
    op.drop_constraint("fk_import_row_donor_id", "import_row", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key("fk_import_row_donor_id", "import_row", "donor", ["donor_id"], ["id"])
