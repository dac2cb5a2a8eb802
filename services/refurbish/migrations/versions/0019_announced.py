"""what donors announce of their lots and devices

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("ram_gb", sa.Float(), nullable=True),
        sa.Column("storage_gb", sa.Float(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_announcement_device_id_device")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_announcement")),
    )
    op.add_column("lot", sa.Column("donor_name", sa.String(), nullable=True))
    op.add_column("lot", sa.Column("expected_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("lot", "expected_on")
    op.drop_column("lot", "donor_name")
    op.drop_table("announcement")
