"""devices that come back after they were handed over: cases, and handovers whose device is no longer with the person

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "after_sale_case",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("handover_id", sa.UUID(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("is_guaranteed", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replacement_id", sa.UUID(), nullable=True),
        sa.Column("replacement_handover_id", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "fault IN ('power', 'screen', 'keyboard', 'storage', 'sound', 'network', 'battery', 'system', 'dropped',"
            " 'other')",
            name=op.f("ck_after_sale_case_fault_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('swapped', 'repaired', 'refunded')", name=op.f("ck_after_sale_case_outcome_known")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_after_sale_case_settled_is_dated")
        ),
        sa.CheckConstraint(
            "(replacement_id IS NULL) = (replacement_handover_id IS NULL)"
            " AND (replacement_id IS NOT NULL) = (outcome IS NOT NULL AND outcome <> 'refunded')",
            name=op.f("ck_after_sale_case_replaced_when_swapped"),
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_after_sale_case_relais_id_relais")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["stock_item.device_id"], name=op.f("fk_after_sale_case_device_id_stock_item")
        ),
        sa.ForeignKeyConstraint(
            ["replacement_id"], ["stock_item.device_id"], name=op.f("fk_after_sale_case_replacement_id_stock_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_sale_case")),
        # One case for what was handed over once.
        sa.UniqueConstraint("handover_id", name=op.f("uq_after_sale_case_handover_id")),
    )
    op.create_index("ix_after_sale_case_relais_id", "after_sale_case", ["relais_id", "opened_at", "id"])
    op.create_index("ix_after_sale_case_opened_at", "after_sale_case", ["opened_at", "id"])
    op.create_index(
        "ix_after_sale_case_replacement",
        "after_sale_case",
        ["replacement_handover_id"],
        postgresql_where=sa.text("replacement_handover_id IS NOT NULL"),
    )
    op.create_index("ix_after_sale_case_device_id", "after_sale_case", ["device_id"])
    op.add_column("handover", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("handover", sa.Column("guaranteed_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("handover", "guaranteed_until")
    op.drop_column("handover", "returned_at")
    op.drop_table("after_sale_case")
