"""handovers that wait for their entry, without those of another till, which wait for none: an index

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from filiere.database.migrations import index_concurrently

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_handover_unchained", "handover (relais_id) WHERE sequence IS NULL AND carried_over IS NULL")


def downgrade() -> None:
    index_concurrently("ix_handover_unchained", "handover (relais_id) WHERE sequence IS NULL")
