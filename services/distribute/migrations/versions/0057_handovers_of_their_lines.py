"""the line that a handed over device was promised to

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

# Of those whose device was promised to nobody else since.
_OF_BEFORE = """
UPDATE handover h SET line_id = i.line_id FROM stock_item i
WHERE i.device_id = h.device_id AND i.status = 'handed_over' AND h.returned_at IS NULL AND h.carried_over IS NULL
"""


def upgrade() -> None:
    op.add_column("handover", sa.Column("line_id", sa.UUID(), nullable=True))
    op.execute(_OF_BEFORE)


def downgrade() -> None:
    op.drop_column("handover", "line_id")
