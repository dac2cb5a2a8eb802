"""what Relais ask for of top-ups

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topup_request",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("codes BETWEEN 1 AND 1000", name=op.f("ck_topup_request_codes_bounded")),
        sa.CheckConstraint("given BETWEEN 0 AND codes", name=op.f("ck_topup_request_given_within_what_is_asked")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_topup_request_relais_id_relais")),
        sa.ForeignKeyConstraint(["offer_id"], ["topup_offer.id"], name=op.f("fk_topup_request_offer_id_topup_offer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topup_request")),
    )
    op.create_index(
        "uq_topup_request_open",
        "topup_request",
        ["offer_id", "relais_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_topup_request_relais", "topup_request", ["relais_id", "asked_at"])


def downgrade() -> None:
    op.drop_table("topup_request")
