"""a device that was repaired is handed over a second time: one handover at a time for each, not one for ever

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# The release before names the constraint nowhere; the narrower index holds for all that it hands over.
CONTRACTS = "a device that was repaired is handed over a second time, and its first receipt stays"


def upgrade() -> None:
    index_concurrently("ix_handover_device_id", "handover (device_id)")
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS uq_handover_with_a_person")
        op.execute(
            "CREATE UNIQUE INDEX CONCURRENTLY uq_handover_with_a_person ON handover (device_id)"
            " WHERE returned_at IS NULL"
        )
        op.drop_constraint("uq_handover_device_id", "handover", type_="unique", if_exists=True)


def downgrade() -> None:
    op.create_unique_constraint("uq_handover_device_id", "handover", ["device_id"])
    op.drop_index("uq_handover_with_a_person", "handover")
    op.drop_index("ix_handover_device_id", "handover")
