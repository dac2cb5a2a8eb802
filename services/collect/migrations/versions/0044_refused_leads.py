"""who led a donor whose registration was refused, to lead it again when the refusal is taken back

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("donor", sa.Column("refused_leads", sa.ARRAY(sa.Text()), nullable=True))


def downgrade() -> None:
    op.drop_column("donor", "refused_leads")
