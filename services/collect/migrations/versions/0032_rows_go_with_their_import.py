"""rows of a file go with their import by a trigger

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

CONTRACTS = "a reference looked up for each of 100,000 rows, half of what keeping them took; the trigger does its work"
_TRIGGER = Path(__file__).with_name("0032_rows_go_with_their_import.sql")


def upgrade() -> None:
    for statement in _TRIGGER.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)
    op.drop_constraint("fk_import_row_import_id", "import_row", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key(
        "fk_import_row_import_id", "import_row", "fleet_import", ["import_id"], ["id"], ondelete="CASCADE"
    )
    op.execute("DROP FUNCTION import_rows_go CASCADE")
