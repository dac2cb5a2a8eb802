"""whom to telephone, at the network and at the Relais

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relais_referent",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.CheckConstraint("side IN ('network', 'relais')", name=op.f("ck_relais_referent_side_known")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_relais_referent_relais_id_relais")),
        sa.PrimaryKeyConstraint("relais_id", "side", name=op.f("pk_relais_referent")),
    )


def downgrade() -> None:
    op.drop_table("relais_referent")
