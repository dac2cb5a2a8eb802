"""devices lent to a place or carried on the street

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loan",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('street', 'place')", name=op.f("ck_loan_kind_known")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_loan_relais_id_relais")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
    )
    op.create_index("ix_loan_relais_id", "loan", ["relais_id", "opened_at", "id"])
    op.create_table(
        "loan_item",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("loan_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('returned', 'given')", name=op.f("ck_loan_item_outcome_known")),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_loan_item_settled_is_dated")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_loan_item_relais_id_relais")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_item_loan_id_loan")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["stock_item.device_id"], name=op.f("fk_loan_item_device_id_stock_item")
        ),
        sa.PrimaryKeyConstraint("loan_id", "device_id", name=op.f("pk_loan_item")),
    )
    op.create_index(
        "uq_loan_item_open", "loan_item", ["device_id"], unique=True, postgresql_where=sa.text("settled_at IS NULL")
    )


def downgrade() -> None:
    op.drop_table("loan_item")
    op.drop_table("loan")
