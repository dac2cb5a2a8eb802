"""referral slips

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

WANTED = "wanted IN ('basic_phone', 'smartphone', 'tablet', 'laptop', 'desktop', 'monitor', 'printer', 'topup')"


def upgrade() -> None:
    op.create_table(
        "referrer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("structure", sa.String(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"wanted IS NULL OR {WANTED}", name=op.f("ck_referrer_wanted_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrer")),
    )
    op.create_index("ix_referrer_address", "referrer", ["address", "asked_at"], unique=False)
    op.create_index("ix_referrer_asked", "referrer", ["asked_at"], unique=False)
    op.create_table(
        "slip_guess",
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("by", "hour", name=op.f("pk_slip_guess")),
    )
    op.create_table(
        "referral_slip",
        sa.Column("relais_id", sa.UUID(), nullable=True),
        sa.Column("referrer_id", sa.UUID(), nullable=True),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("public", sa.String(), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_for", sa.UUID(), nullable=True),
        sa.CheckConstraint("tier IN ('gift', 'very_solidary', 'solidary')", name=op.f("ck_referral_slip_tier_known")),
        sa.CheckConstraint(WANTED, name=op.f("ck_referral_slip_wanted_known")),
        sa.CheckConstraint(
            "(relais_id IS NULL) <> (referrer_id IS NULL)", name=op.f("ck_referral_slip_of_a_relais_or_a_referrer")
        ),
        sa.CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name=op.f("ck_referral_slip_used_or_revoked")),
        sa.CheckConstraint("used_for IS NULL OR used_at IS NOT NULL", name=op.f("ck_referral_slip_used_for_something")),
        sa.ForeignKeyConstraint(["referrer_id"], ["referrer.id"], name=op.f("fk_referral_slip_referrer_id")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_referral_slip_relais_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_slip")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_referral_slip_fingerprint")),
    )
    op.create_index("ix_referral_slip_made", "referral_slip", ["made_at"], unique=False)
    op.create_index("ix_referral_slip_referrer", "referral_slip", ["referrer_id", "id"], unique=False)
    op.create_index("ix_referral_slip_relais", "referral_slip", ["relais_id", "id"], unique=False)
    op.create_index(
        "uq_referral_slip_used_for",
        "referral_slip",
        ["used_for"],
        unique=True,
        postgresql_where=sa.text("used_for IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("referral_slip")
    op.drop_table("slip_guess")
    op.drop_table("referrer")
