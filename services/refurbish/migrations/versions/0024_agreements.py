"""Agreements with workshops: what each act is paid from a day on, and the share of defects that is allowed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "act_price",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_act_price_no_price_below_nothing")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_act_price_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_price")),
    )
    op.create_index("uq_act_price_of_a_day", "act_price", ["workshop_id", "act", "category", "valid_from"], unique=True)
    op.create_table(
        "defect_limit",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Numeric(5, 2), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_defect_limit_a_share")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_defect_limit_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_defect_limit")),
    )


def downgrade() -> None:
    op.drop_table("defect_limit")
    op.drop_table("act_price")
