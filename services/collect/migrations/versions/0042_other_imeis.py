"""the IMEIs that a telephone has besides the number that identifies it

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NOTHING = sa.text("'{}'")
BESIDES = "besides the number that identifies"


def upgrade() -> None:
    for table in ("donation_line", "import_row"):
        op.add_column(
            table, sa.Column("imeis", pg.ARRAY(sa.Text()), server_default=NOTHING, nullable=False, comment=BESIDES)
        )
    op.add_column("device", sa.Column("imeis", pg.ARRAY(sa.Text()), server_default=NOTHING, nullable=False))


def downgrade() -> None:
    for table in ("device", "import_row", "donation_line"):
        op.drop_column(table, "imeis")
