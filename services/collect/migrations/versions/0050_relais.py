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
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("territory", sa.Text(), nullable=True),
        sa.Column("agreement", sa.Text(), nullable=True, comment="none, sent, signed, ended"),
        sa.Column("agreement_since", sa.Date(), nullable=True),
        sa.Column("first_told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("relais_id", name=op.f("pk_relais")),
    )


def downgrade() -> None:
    op.drop_table("relais")
