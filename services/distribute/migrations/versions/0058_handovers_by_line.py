"""handovers of a line, and orders by day, by index"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_handover_line_id", "handover (line_id) WHERE line_id IS NOT NULL")
    index_concurrently("ix_relais_order_placed_at", "relais_order (placed_at)")


def downgrade() -> None:
    op.drop_index("ix_handover_line_id", "handover")
    op.drop_index("ix_relais_order_placed_at", "relais_order")
