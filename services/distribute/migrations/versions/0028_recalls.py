"""a lot or a model that the coordination takes back, and what it holds meanwhile

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_BEFORE = "'available', 'reserved', 'shipped', 'delivered', 'lent', 'handed_over', 'returning', 'lost', 'withdrawn'"
_NOW = f"{_BEFORE}, 'held'"
_PROMISED = (
    "(status IN ({free})) = (line_id IS NULL)"
    " AND (line_id IS NULL) = (order_id IS NULL) AND (line_id IS NULL) = (relais_id IS NULL)"
)
_FAULTS = "'power', 'screen', 'keyboard', 'storage', 'sound', 'network', 'battery', 'system', 'dropped', 'other'"


def _check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def upgrade() -> None:
    _check("stock_item", "ck_stock_item_status_known", f"status IN ({_NOW})")
    _check(
        "stock_item",
        "ck_stock_item_promised_when_leaving",
        _PROMISED.format(free="'available', 'held', 'withdrawn', 'lost', 'returning'"),
    )
    _check("after_sale_case", "ck_after_sale_case_fault_known", f"fault IN ({_FAULTS}, 'recalled')")
    op.create_table(
        "recall",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("lot_id", sa.UUID(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("manufacturer", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("what IN ('lot', 'model')", name=op.f("ck_recall_what_known")),
        sa.CheckConstraint("reason IN ('safety', 'data', 'fault', 'software')", name=op.f("ck_recall_reason_known")),
        sa.CheckConstraint(
            "category IN ('basic_phone', 'smartphone', 'tablet', 'laptop', 'desktop', 'monitor', 'printer')",
            name=op.f("ck_recall_category_known"),
        ),
        sa.CheckConstraint(
            "(what = 'lot') = (lot_id IS NOT NULL) AND (what = 'model') = (model IS NOT NULL)",
            name=op.f("ck_recall_names_what"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
    )
    op.create_index("uq_recall_lot", "recall", ["lot_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index(
        "uq_recall_model",
        "recall",
        ["category", sa.text("lower(coalesce(manufacturer, ''))"), sa.text("lower(model)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_recall_started_at", "recall", ["started_at", "id"])
    op.create_table(
        "recall_item",
        sa.Column("recall_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("relais_id", sa.UUID(), nullable=True),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_item_recall_id_recall")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["stock_item.device_id"], name=op.f("fk_recall_item_device_id_stock_item")
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_recall_item_relais_id_relais")),
        sa.PrimaryKeyConstraint("recall_id", "device_id", name=op.f("pk_recall_item")),
    )
    op.create_index("ix_recall_item_device_id", "recall_item", ["device_id"])
    op.create_index(
        "ix_recall_item_relais_id", "recall_item", ["relais_id"], postgresql_where=sa.text("relais_id IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_table("recall_item")
    op.drop_table("recall")
    _check("after_sale_case", "ck_after_sale_case_fault_known", f"fault IN ({_FAULTS})")
    op.execute("UPDATE stock_item SET status = 'available' WHERE status = 'held'")
    _check(
        "stock_item",
        "ck_stock_item_promised_when_leaving",
        _PROMISED.format(free="'available', 'withdrawn', 'lost', 'returning'"),
    )
    _check("stock_item", "ck_stock_item_status_known", f"status IN ({_BEFORE})")
