"""The parcel a device goes into: its order, its Relais, since when, and that it lies in it."""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device", sa.Column("order_reference", sa.String(), nullable=True))
    op.add_column("device", sa.Column("relais_name", sa.String(), nullable=True))
    op.add_column("device", sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("device", sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True))
    to_send = "device (workshop_id, order_id) WHERE stage = 'ready' AND order_id IS NOT NULL"
    index_concurrently("ix_device_to_send", to_send)
    index_concurrently("ix_device_order", "device (order_id) WHERE order_id IS NOT NULL")
    index_concurrently("ix_device_closed", "device (workshop_id, closed_at) WHERE closed_at IS NOT NULL")


def downgrade() -> None:
    for index in ("ix_device_closed", "ix_device_order", "ix_device_to_send"):
        op.execute(f"DROP INDEX {index}")
    for name in ("packed_at", "promised_at", "relais_name", "order_reference"):
        op.drop_column("device", name)
