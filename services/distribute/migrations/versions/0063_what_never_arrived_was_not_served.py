"""a device of a campaign that left and never arrived was not served

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

# Shipped counts as served, until it is lost, looked at again or taken back on its way. Free and still of the same
# campaign, it is set aside as it was.
_LEDGER = """
CREATE OR REPLACE FUNCTION campaign_device_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_here boolean := OLD.campaign IS NOT NULL AND OLD.status IN ('available', 'held', 'reserved');
    is_here boolean := NEW.campaign IS NOT NULL AND NEW.status IN ('available', 'held', 'reserved');
BEGIN
    IF OLD.campaign IS NOT NULL AND OLD.status = 'shipped' AND NEW.status NOT IN ('shipped', 'delivered', 'handed_over')
    THEN
        UPDATE campaign_device SET
            left_at = CASE WHEN is_here AND NEW.campaign = OLD.campaign THEN NULL ELSE clock_timestamp() END,
            outcome = CASE WHEN is_here AND NEW.campaign = OLD.campaign THEN NULL
                WHEN NEW.status IN ('available', 'held', 'reserved') THEN 'given_back'
                ELSE 'withdrawn' END
        WHERE id = (SELECT max(id) FROM campaign_device WHERE device_id = NEW.device_id AND campaign = OLD.campaign)
            AND outcome = 'served';
        IF FOUND AND is_here AND NEW.campaign = OLD.campaign THEN
            RETURN NULL;
        END IF;
    END IF;
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
_BEFORE = """
CREATE OR REPLACE FUNCTION campaign_device_keep() RETURNS trigger LANGUAGE plpgsql AS $$
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


def upgrade() -> None:
    op.execute(_LEDGER)


def downgrade() -> None:
    op.execute(_BEFORE)
