"""what is installed on a device, and its battery

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "install",
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("licence_used", sa.Boolean(), nullable=False),
        sa.Column("battery_percent", sa.Float(), nullable=True),
        sa.Column("battery_minutes", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("battery_percent BETWEEN 0 AND 150", name=op.f("ck_install_battery_is_a_share")),
        sa.CheckConstraint("battery_minutes BETWEEN 0 AND 6000", name=op.f("ck_install_battery_lasts_minutes")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_install_device_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_install_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_install")),
    )
    op.create_index("ix_install_device", "install", ["device_id", "id"], unique=False)
    op.create_index("ix_install_workshop", "install", ["workshop_id", "category", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("install")
