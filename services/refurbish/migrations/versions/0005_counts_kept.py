"""counts kept

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


_TALLY = Path(__file__).with_name("0005_counts_kept.sql")


def upgrade() -> None:
    op.create_table(
        "device_tally",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("devices", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_tally")),
    )
    for statement in _TALLY.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION device_tally_keep CASCADE")
    op.drop_table("device_tally")
