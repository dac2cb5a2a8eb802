"""Relais as distribute tells them, and when each was last heard of

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relais",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False, comment="none, sent, signed, ended"),
        sa.Column("agreement_since", sa.Date(), nullable=False),
        sa.Column("first_told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("relais_id", name=op.f("pk_relais")),
    )
    op.create_table(
        "relais_heard",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("relais_id", "day", name=op.f("pk_relais_heard")),
    )


def downgrade() -> None:
    op.drop_table("relais_heard")
    op.drop_table("relais")
