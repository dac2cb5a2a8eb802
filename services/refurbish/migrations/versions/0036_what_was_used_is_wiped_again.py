"""what somebody had is wiped again in its next cycle: the gate asks which cycle an erasure is of

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TRIGGERS = Path(__file__).with_suffix(".sql")
_BEFORE = _TRIGGERS.with_stem(f"{_TRIGGERS.stem}_undone")


def upgrade() -> None:
    op.add_column("device", sa.Column("wipe_from", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("device", sa.Column("back_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("erasure", sa.Column("cycle", sa.Integer(), server_default=sa.text("1"), nullable=False))
    for statement in _TRIGGERS.read_text().split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in _BEFORE.read_text().split("--===\n"):
        op.execute(statement)
    op.execute("DROP TRIGGER erasure_of_its_cycle ON erasure")
    op.execute("DROP FUNCTION erasure_of_its_cycle")
    op.drop_column("erasure", "cycle")
    op.drop_column("device", "back_at")
    op.drop_column("device", "wipe_from")
