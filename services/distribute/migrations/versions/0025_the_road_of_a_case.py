"""the road of a device that came back, the order that keeps one of the network for its case, who pays, parts paid back

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_DATED = ("sent_at", "at_workshop_at", "repaired_at", "unrepairable_at")


def _check(name: str, condition: str, *, is_new: bool = False) -> None:
    if not is_new:
        op.drop_constraint(op.f(name), "after_sale_case", type_="check")
    op.execute(f"ALTER TABLE after_sale_case ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    op.execute(f"ALTER TABLE after_sale_case VALIDATE CONSTRAINT {name}")


def upgrade() -> None:
    for name in _DATED:
        op.add_column("after_sale_case", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("way", "carrier", "tracking", "payer"):
        op.add_column("after_sale_case", sa.Column(name, sa.String(), nullable=True))
    for name in ("order_id", "refunded_id"):
        op.add_column("after_sale_case", sa.Column(name, sa.UUID(), nullable=True))
    for name in ("person_cents", "structure_cents"):
        op.add_column("after_sale_case", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("after_sale_case", sa.Column("refunded_cents", sa.Integer(), nullable=True))
    op.add_column(
        "after_sale_case",
        sa.Column("is_refunded_in_part", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _check("ck_after_sale_case_way_known", "way IN ('swap', 'network', 'repair', 'refund')", is_new=True)
    _check(
        "ck_after_sale_case_payer_known",
        "payer IN ('network', 'workshop', 'structure', 'person', 'both', 'nobody')",
        is_new=True,
    )
    _check("ck_after_sale_case_parts_not_negative", "person_cents >= 0 AND structure_cents >= 0", is_new=True)
    _check("ck_after_sale_case_outcome_known", "outcome IN ('swapped', 'repaired', 'refunded', 'closed')")
    _check(
        "ck_after_sale_case_replaced_when_swapped",
        "(replacement_id IS NULL) = (replacement_handover_id IS NULL)"
        " AND (replacement_id IS NOT NULL) = (outcome IS NOT NULL AND outcome NOT IN ('refunded', 'closed'))",
    )
    index_concurrently("ix_after_sale_case_order_id", "after_sale_case (order_id) WHERE order_id IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_after_sale_case_order_id", "after_sale_case")
    _check(
        "ck_after_sale_case_replaced_when_swapped",
        "(replacement_id IS NULL) = (replacement_handover_id IS NULL)"
        " AND (replacement_id IS NOT NULL) = (outcome IS NOT NULL AND outcome <> 'refunded')",
    )
    _check("ck_after_sale_case_outcome_known", "outcome IN ('swapped', 'repaired', 'refunded')")
    for name in (
        "is_refunded_in_part", "refunded_cents", "structure_cents", "person_cents", "refunded_id", "order_id", "payer",
        "tracking", "carrier", "way", *reversed(_DATED),
    ):  # fmt: skip
        op.drop_column("after_sale_case", name)
