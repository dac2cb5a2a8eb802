"""history of devices, and what they are searched by

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_event",
        sa.Column("donor_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("axis IN ('work', 'promise', 'lot')", name=op.f("ck_device_event_axis_known")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_event_device_id_device")),
        sa.PrimaryKeyConstraint("device_id", "id", name=op.f("pk_device_event")),
    )
    # What is typed is the beginning of a number.
    index_concurrently("ix_device_serial_begins", "device (serial text_pattern_ops)")
    index_concurrently("ix_device_asset_tag_begins", "device (asset_tag text_pattern_ops)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_device_asset_tag_begins")
    op.execute("DROP INDEX ix_device_serial_begins")
    op.drop_table("device_event")
