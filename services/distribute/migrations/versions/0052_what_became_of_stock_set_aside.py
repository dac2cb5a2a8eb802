"""what became of each device that was set aside for a campaign

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

# A campaign that is closed holds nothing, whoever frees a device of it: the row of the campaign is held meanwhile, so
# that closing sees what was freed before, and what is freed after sees that it is closed. One that only a file of the
# package names has no row.
_HOLDS_NOTHING = """
CREATE FUNCTION campaign_stock_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    SELECT c.status INTO standing FROM campaign c WHERE c.name = NEW.campaign FOR SHARE;
    IF standing IN ('closed', 'cancelled') THEN
        NEW.campaign := NULL;
    END IF;
    RETURN NEW;
END $$
"""
_HOLDS_NOTHING_TRIGGER = """
CREATE TRIGGER campaign_stock_holds BEFORE UPDATE ON stock_item
    FOR EACH ROW WHEN (NEW.campaign IS NOT NULL AND NEW.status IN ('available', 'held'))
    EXECUTE FUNCTION campaign_stock_holds()
"""
# Set aside = served + given back + withdrawn + still there: written with the device, whoever moves it.
_LEDGER = """
CREATE FUNCTION campaign_device_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_here boolean := OLD.campaign IS NOT NULL AND OLD.status IN ('available', 'held', 'reserved');
    is_here boolean := NEW.campaign IS NOT NULL AND NEW.status IN ('available', 'held', 'reserved');
BEGIN
    IF was_here AND (NOT is_here OR NEW.campaign <> OLD.campaign) THEN
        UPDATE campaign_device SET left_at = clock_timestamp(), outcome = CASE
            WHEN NEW.status IN ('withdrawn', 'to_check', 'returning', 'lost') THEN 'withdrawn'
            WHEN NEW.status IN ('available', 'held', 'reserved') THEN 'given_back'
            ELSE 'served' END
        WHERE device_id = NEW.device_id AND left_at IS NULL;
    END IF;
    IF is_here AND (NOT was_here OR NEW.campaign <> OLD.campaign) THEN
        INSERT INTO campaign_device (campaign, device_id, set_aside_at)
        VALUES (NEW.campaign, NEW.device_id, clock_timestamp());
    END IF;
    RETURN NULL;
END $$
"""
_LEDGER_TRIGGER = """
CREATE TRIGGER campaign_device_keep AFTER UPDATE ON stock_item
    FOR EACH ROW WHEN ((OLD.campaign IS NOT NULL OR NEW.campaign IS NOT NULL)
        AND (OLD.campaign, OLD.status) IS DISTINCT FROM (NEW.campaign, NEW.status))
    EXECUTE FUNCTION campaign_device_keep()
"""
_OF_BEFORE = """
INSERT INTO campaign_device (campaign, device_id, set_aside_at)
SELECT campaign, device_id, updated_at FROM stock_item
WHERE campaign IS NOT NULL AND status IN ('available', 'held', 'reserved')
"""


def upgrade() -> None:
    op.create_table(
        "campaign_set_aside",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("moved > 0", name=op.f("ck_campaign_set_aside_moved_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_set_aside")),
    )
    op.create_index("ix_campaign_set_aside_campaign", "campaign_set_aside", ["campaign", "made_at"], unique=False)
    op.create_table(
        "campaign_device",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("set_aside_id", sa.UUID(), nullable=True),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (left_at IS NULL)", name=op.f("ck_campaign_device_outcome_is_dated")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('served', 'given_back', 'withdrawn')",
            name=op.f("ck_campaign_device_outcome_known"),
        ),
        sa.ForeignKeyConstraint(["device_id"], ["stock_item.device_id"], name=op.f("fk_campaign_device_device_id")),
        sa.ForeignKeyConstraint(
            ["set_aside_id"], ["campaign_set_aside.id"], name=op.f("fk_campaign_device_set_aside_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_device")),
    )
    op.create_index("ix_campaign_device_campaign", "campaign_device", ["campaign"], unique=False)
    op.create_index(
        "ix_campaign_device_set_aside",
        "campaign_device",
        ["set_aside_id"],
        unique=False,
        postgresql_where=sa.text("set_aside_id IS NOT NULL"),
    )
    op.create_index(
        "uq_campaign_device_here",
        "campaign_device",
        ["device_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    for statement in (_OF_BEFORE, _HOLDS_NOTHING, _HOLDS_NOTHING_TRIGGER, _LEDGER, _LEDGER_TRIGGER):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION campaign_device_keep CASCADE")
    op.execute("DROP FUNCTION campaign_stock_holds CASCADE")
    op.drop_table("campaign_device")
    op.drop_table("campaign_set_aside")
