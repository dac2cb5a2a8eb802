"""remarks at arrival

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remark",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('damaged', 'incomplete', 'other_model')", name=op.f("ck_remark_kind_known")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_remark_device_id_device")),
        sa.PrimaryKeyConstraint("device_id", "kind", name=op.f("pk_remark")),
    )


def downgrade() -> None:
    op.drop_table("remark")
