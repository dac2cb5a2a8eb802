"""letters to past donors of what is wanted

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("gave_months", sa.Integer(), nullable=False),
        sa.Column("quiet_months", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quiet_months < gave_months", name=op.f("ck_appeal_months_possible")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_table(
        "appeal_letter",
        sa.Column("donor_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("appeal_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_letter_appeal_id_appeal")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_appeal_letter_donor_id_donor")),
        sa.PrimaryKeyConstraint("appeal_id", "donor_id", name=op.f("pk_appeal_letter")),
    )
    op.create_index(op.f("ix_appeal_letter_donor_id_written_at"), "appeal_letter", ["donor_id", "written_at"])


def downgrade() -> None:
    op.drop_table("appeal_letter")
    op.drop_table("appeal")
