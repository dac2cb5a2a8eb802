"""the indexes of what the two revisions before added: telephones by their other IMEIs, people of refused donors

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_donor_refused_people", "donor USING gin (refused_people)")
    index_concurrently("ix_device_imeis", "device USING gin (imeis) WHERE imeis <> '{}'")
    index_concurrently("ix_donation_line_imeis", "donation_line USING gin (imeis) WHERE imeis <> '{}'")


def downgrade() -> None:
    op.drop_index("ix_donation_line_imeis", table_name="donation_line")
    op.drop_index("ix_device_imeis", table_name="device")
    op.drop_index("ix_donor_refused_people", table_name="donor")
