"""what the network has been told of each Relais and its agreement

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relais_told",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("territory", sa.String(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_relais_told_relais_id_relais")),
        sa.PrimaryKeyConstraint("relais_id", name=op.f("pk_relais_told")),
    )


def downgrade() -> None:
    op.drop_table("relais_told")
