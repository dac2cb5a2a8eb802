"""what broke after it was handed over, as its Relais says

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_complaint_workshop_id_workshop")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_complaint_device_id_device")),
        sa.PrimaryKeyConstraint("device_id", "cycle", name=op.f("pk_complaint")),
    )
    op.create_index("ix_complaint_workshop_id", "complaint", ["workshop_id", "said_at"])


def downgrade() -> None:
    op.drop_table("complaint")
