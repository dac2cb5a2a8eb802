"""where an old tool says that devices went, and handovers that its till entered

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moving_in",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("said", pg.JSONB(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_moving_in_relais_id_relais")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moving_in")),
    )
    op.create_index("ix_moving_in_waiting", "moving_in", ["source"], postgresql_where=sa.text("applied_at IS NULL"))
    op.add_column("handover", sa.Column("carried_over", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("handover", "carried_over")
    op.drop_table("moving_in")
