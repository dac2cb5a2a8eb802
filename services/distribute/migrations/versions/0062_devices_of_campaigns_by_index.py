"""what campaigns had of a device, by index"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_campaign_device_device_id", "campaign_device (device_id)")


def downgrade() -> None:
    op.drop_index("ix_campaign_device_device_id", "campaign_device")
