"""agreements signed online

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_name", sa.String(), nullable=True),
        sa.Column("signed_role", sa.String(), nullable=True),
        sa.CheckConstraint(
            "mode IN ('sell', 'give', 'both', 'campaign_only', 'orient_only')", name=op.f("ck_signing_mode_known")
        ),
        sa.CheckConstraint("sha256 = encode(sha256(paper), 'hex')", name=op.f("ck_signing_fingerprint_of_its_paper")),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_name IS NULL) AND (signed_at IS NULL) = (signed_role IS NULL)",
            name=op.f("ck_signing_signed_by_somebody"),
        ),
        sa.CheckConstraint("withdrawn_at IS NULL OR signed_at IS NULL", name=op.f("ck_signing_signed_or_withdrawn")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_signing_relais_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing")),
    )
    op.create_index("ix_signing_relais", "signing", ["relais_id", "sent_at"], unique=False)
    op.create_index(
        "uq_signing_open",
        "signing",
        ["relais_id"],
        unique=True,
        postgresql_where=sa.text("signed_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.add_column("agreement", sa.Column("mode", sa.String(), nullable=True))
    op.execute(
        "ALTER TABLE agreement ADD CONSTRAINT ck_agreement_mode_known CHECK"
        " (mode IS NULL OR mode IN ('sell', 'give', 'both', 'campaign_only', 'orient_only')) NOT VALID"
    )


def downgrade() -> None:
    op.drop_table("signing")
    op.drop_column("agreement", "mode")
