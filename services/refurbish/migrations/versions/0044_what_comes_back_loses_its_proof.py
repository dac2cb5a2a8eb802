"""a medium that is back loses its proof by itself: a process of the release before is not refused for keeping it

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_HERE = Path(__file__).parent


def upgrade() -> None:
    op.execute((_HERE / "0044_what_comes_back_loses_its_proof.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute((_HERE / "0040_what_comes_back_is_wiped_again.sql").read_text(encoding="utf-8"))
