"""what was taken out of a parcel is looked at before anybody orders it

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_STATUSES = (
    "'available', 'held', {more}'reserved', 'shipped', 'delivered', 'lent', 'handed_over', 'returning', 'lost',"
    " 'withdrawn'"
)
_PROMISED = (
    "(status IN ('available', 'held', {more}'withdrawn', 'lost', 'returning')) = (line_id IS NULL)"
    " AND (line_id IS NULL) = (order_id IS NULL) AND (line_id IS NULL) = (relais_id IS NULL)"
)


def _check(name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), "stock_item", type_="check")
    op.execute(f"ALTER TABLE stock_item ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    op.execute(f"ALTER TABLE stock_item VALIDATE CONSTRAINT {name}")


def _allow(more: str) -> None:
    _check("ck_stock_item_status_known", f"status IN ({_STATUSES.format(more=more)})")
    _check("ck_stock_item_promised_when_leaving", _PROMISED.format(more=more))


def upgrade() -> None:
    op.add_column("stock_item", sa.Column("check_reason", sa.String(), nullable=True))
    _allow("'to_check', ")


def downgrade() -> None:
    op.execute("UPDATE stock_item SET status = 'available' WHERE status = 'to_check'")
    _allow("")
    op.drop_column("stock_item", "check_reason")
