"""a medium that was taken out and is in its device again is wiped again, whatever was proved of it

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_GUARD = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    op.execute(_GUARD.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute(_GUARD.with_stem(f"{_GUARD.stem}_undone").read_text(encoding="utf-8"))
