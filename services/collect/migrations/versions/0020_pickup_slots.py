"""half days that suit a donor, and how a donation is fetched

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pickup",
        sa.Column("donor_id", sa.UUID(), nullable=False),
        sa.Column("donation_id", sa.UUID(), nullable=False),
        sa.Column("access", sa.Text(), nullable=True),
        sa.Column("floor", sa.Text(), nullable=True),
        sa.Column("part", sa.Text(), server_default="day", nullable=False),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("word", sa.Text(), nullable=True, comment="why on a Sunday or a public holiday"),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("part IN ('morning', 'afternoon', 'day')", name=op.f("ck_pickup_part_known")),
        sa.ForeignKeyConstraint(["donation_id"], ["donation.id"], name=op.f("fk_pickup_donation_id_donation")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_pickup_donor_id_donor")),
        sa.PrimaryKeyConstraint("donation_id", name=op.f("pk_pickup")),
    )
    op.create_table(
        "pickup_slot",
        sa.Column("donor_id", sa.UUID(), nullable=False),
        sa.Column("donation_id", sa.UUID(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=True, comment="why on a Sunday or a public holiday"),
        sa.CheckConstraint("part IN ('morning', 'afternoon', 'day')", name=op.f("ck_pickup_slot_part_known")),
        sa.ForeignKeyConstraint(["donation_id"], ["donation.id"], name=op.f("fk_pickup_slot_donation_id_donation")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_pickup_slot_donor_id_donor")),
        sa.PrimaryKeyConstraint("donation_id", "day", "part", name=op.f("pk_pickup_slot")),
    )


def downgrade() -> None:
    op.drop_table("pickup_slot")
    op.drop_table("pickup")
