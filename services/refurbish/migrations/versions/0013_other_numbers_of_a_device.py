"""other numbers of a device

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('serial', 'imei', 'own', 'asset_tag', 'label')", name=op.f("ck_alias_kind_known")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_alias_device_id_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
    )
    op.create_index("uq_alias_device", "alias", ["device_id", "value"], unique=True)
    op.create_index("ix_alias_value", "alias", ["value"], postgresql_ops={"value": "text_pattern_ops"})
    # A serial is looked for in all workshops too, by the coordination.
    index_concurrently("ix_device_serial_anywhere", "device (serial) WHERE serial IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX ix_device_serial_anywhere")
    op.drop_table("alias")
