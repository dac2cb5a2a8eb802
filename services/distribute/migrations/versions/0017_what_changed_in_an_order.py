"""what changed in an order, and what is asked for in it; why promises were taken back, as values

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently
from sqlalchemy.dialects import postgresql as pg

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CONTRACTS = "A constraint only: it refused 0, which the release before never writes and reads as a line that is served."


def upgrade() -> None:
    op.add_column("relais_order", sa.Column("content", sa.String(), nullable=True))
    op.add_column("reservation", sa.Column("release_why", pg.JSONB(), nullable=True))
    op.drop_constraint(op.f("ck_order_line_quantity_positive"), "order_line")
    # Checked for new rows only: the constraint before it was stricter, so that no row needs to be read.
    op.create_check_constraint(
        op.f("ck_order_line_quantity_not_negative"), "order_line", "quantity >= 0", postgresql_not_valid=True
    )
    op.create_table(
        "order_change",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.UUID(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("changed_by IN ('relais', 'coordination')", name=op.f("ck_order_change_side_known")),
        sa.CheckConstraint("before >= 0 AND after >= 0", name=op.f("ck_order_change_counts_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["relais_order.id"], name=op.f("fk_order_change_order_id")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_order_change_relais_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_change")),
    )
    op.create_index("ix_order_change_order", "order_change", ["order_id"])
    index_concurrently("ix_allocation_result_order", "allocation_result (order_id)")
    index_concurrently("ix_reservation_taken_back", "reservation (order_id) WHERE released_at IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX ix_reservation_taken_back")
    op.execute("DROP INDEX ix_allocation_result_order")
    op.drop_table("order_change")
    op.drop_constraint(op.f("ck_order_line_quantity_not_negative"), "order_line")
    op.create_check_constraint(
        op.f("ck_order_line_quantity_positive"), "order_line", "quantity > 0", postgresql_not_valid=True
    )
    op.drop_column("reservation", "release_why")
    op.drop_column("relais_order", "content")
