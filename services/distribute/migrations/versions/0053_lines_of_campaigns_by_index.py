"""lines of a campaign by index"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_order_line_campaign", "order_line (campaign) WHERE campaign IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_order_line_campaign", "order_line")
