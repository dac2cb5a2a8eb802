"""withdrawn devices leave as waste

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waste_exit",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("weight_g", sa.BigInteger(), nullable=False),
        sa.Column("is_weighed", sa.Boolean(), nullable=False),
        sa.Column("slip", sa.String(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("recipient_siret", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.CheckConstraint("weight_g > 0", name=op.f("ck_waste_exit_weighs_something")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_waste_exit_undone_by_somebody")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_waste_exit_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waste_exit")),
    )
    op.create_index("ix_waste_exit_workshop", "waste_exit", ["workshop_id", "left_on", "id"])
    op.create_table(
        "waste_exit_device",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_waste_exit_device_device_id_device")),
        sa.ForeignKeyConstraint(["exit_id"], ["waste_exit.id"], name=op.f("fk_waste_exit_device_exit_id_waste_exit")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_waste_exit_device_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_waste_exit_device")),
    )
    op.create_index("ix_waste_exit_device_exit", "waste_exit_device", ["exit_id"])


def downgrade() -> None:
    op.drop_table("waste_exit_device")
    op.drop_table("waste_exit")
