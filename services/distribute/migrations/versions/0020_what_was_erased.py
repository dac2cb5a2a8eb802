"""how many repères were erased, when and why

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias_erasure",
        sa.Column("relais_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("handovers", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.CheckConstraint("cause IN ('retention', 'request')", name=op.f("ck_alias_erasure_cause_known")),
        sa.CheckConstraint("handovers > 0", name=op.f("ck_alias_erasure_some_handovers")),
        sa.CheckConstraint(
            "(cause = 'request') = (by IS NOT NULL)", name=op.f("ck_alias_erasure_a_request_is_somebodys")
        ),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_alias_erasure_relais_id_relais")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias_erasure")),
    )
    op.create_index("ix_alias_erasure_relais", "alias_erasure", ["relais_id", "at"])


def downgrade() -> None:
    op.drop_table("alias_erasure")
