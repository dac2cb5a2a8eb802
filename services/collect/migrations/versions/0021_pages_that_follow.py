"""pages of donations that follow what changes

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TRIGGERS = Path(__file__).with_name("0021_pages_that_follow.sql")


def upgrade() -> None:
    for statement in _TRIGGERS.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION donation_changed_tell CASCADE")
