"""where devices wait: counted by stage and day, with each change of them

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


_TALLY = Path(__file__).with_name("0052_waiting_counted.sql")


def upgrade() -> None:
    op.create_table(
        "device_waiting_tally",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("devices", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_waiting_tally")),
    )
    for statement in _TALLY.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION device_waiting_tally_keep CASCADE")
    op.execute("DROP FUNCTION device_waiting_day CASCADE")
    op.drop_table("device_waiting_tally")
