"""what was seen on a device, zone by zone, and its photos

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen", pg.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_look_device_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_look_workshop_id")),
        sa.PrimaryKeyConstraint("device_id", "cycle", name=op.f("pk_look")),
    )
    op.create_table(
        "device_photo",
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_photo_device_id")),
        sa.ForeignKeyConstraint(["file_hash"], ["file.hash"], name=op.f("fk_device_photo_file_hash")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_device_photo_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_photo")),
    )
    op.create_index("ix_device_photo_device", "device_photo", ["device_id", "id"], unique=False)
    op.create_index("ix_device_photo_file", "device_photo", ["file_hash"], unique=False)


def downgrade() -> None:
    op.drop_table("device_photo")
    op.drop_table("look")
