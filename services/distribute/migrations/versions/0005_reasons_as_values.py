"""reasons as values beside their sentence; what a change by hand replaces, and lines on hold

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("order_line", "allocation_result"):
        op.add_column(table, sa.Column("why", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("order_line", sa.Column("on_hold", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("proposal_override", sa.Column("computed", sa.Integer(), nullable=True))
    op.create_index(
        "ix_reservation_kept",
        "reservation",
        ["relais_id", "reserved_at"],
        unique=False,
        postgresql_where=sa.text("released_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_reservation_kept", table_name="reservation", postgresql_where=sa.text("released_at IS NULL"))
    op.drop_column("proposal_override", "computed")
    op.drop_column("order_line", "on_hold")
    for table in ("order_line", "allocation_result"):
        op.drop_column(table, "why")
