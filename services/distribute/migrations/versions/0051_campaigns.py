"""campaigns

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_VERSION_STAYS = """
CREATE FUNCTION campaign_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published version of a campaign neither changes nor goes: publish another one'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
_VERSION_TRIGGER = """
CREATE TRIGGER campaign_version_stays BEFORE UPDATE OR DELETE ON campaign_version
    FOR EACH ROW EXECUTE FUNCTION campaign_version_stays()
"""


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(status IN ('cancelled', 'closed')) = (ended_at IS NOT NULL)", name=op.f("ck_campaign_ended_is_dated")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'published', 'cancelled', 'closed')", name=op.f("ck_campaign_status_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index("uq_campaign_name", "campaign", [sa.text("lower(name)")], unique=True)
    op.create_table(
        "campaign_version",
        sa.Column("campaign_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_why", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_why IS NULL)",
            name=op.f("ck_campaign_version_published_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_version_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "version", name=op.f("pk_campaign_version")),
    )
    op.create_index(
        "uq_campaign_version_draft",
        "campaign_version",
        ["campaign_id"],
        unique=True,
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "campaign_member",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("campaign_id", sa.UUID(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_why", sa.String(), nullable=True),
        sa.CheckConstraint("way IN ('link', 'application', 'coordination')", name=op.f("ck_campaign_member_way_known")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_member_campaign_id")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_campaign_member_relais_id")),
        sa.PrimaryKeyConstraint("relais_id", "campaign_id", name=op.f("pk_campaign_member")),
    )
    op.create_index("ix_campaign_member_campaign", "campaign_member", ["campaign_id"], unique=False)
    op.add_column("application", sa.Column("campaign_id", sa.UUID(), nullable=True))
    op.execute(_VERSION_STAYS)
    op.execute(_VERSION_TRIGGER)


def downgrade() -> None:
    op.drop_column("application", "campaign_id")
    op.drop_table("campaign_member")
    op.drop_table("campaign_version")
    op.drop_table("campaign")
    op.execute("DROP FUNCTION campaign_version_stays CASCADE")
