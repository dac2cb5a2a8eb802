"""what donors prepare, in the coordination's words

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "packing",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("french", pg.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("english", pg.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_packing_version_positive")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_packing")),
    )


def downgrade() -> None:
    op.drop_table("packing")
