"""what donors say that their devices are worth

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "valuation",
        sa.Column("donor_id", sa.UUID(), nullable=False),
        sa.Column("donation_id", sa.UUID(), nullable=False),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("legal_form", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_valuation_amount_is_no_debt")),
        sa.CheckConstraint("method IN ('cost', 'book', 'market', 'zero')", name=op.f("ck_valuation_method_known")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_valuation_donor_id_donor")),
        sa.ForeignKeyConstraint(["donation_id"], ["donation.id"], name=op.f("fk_valuation_donation_id_donation")),
        sa.PrimaryKeyConstraint("donation_id", name=op.f("pk_valuation")),
    )


def downgrade() -> None:
    op.drop_table("valuation")
