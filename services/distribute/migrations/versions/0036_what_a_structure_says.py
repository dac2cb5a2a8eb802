"""when a structure is open, and the publics that it asks the coordination to correct

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("relais", sa.Column("opening_hours", sa.String(), nullable=True))
    op.create_table(
        "publics_asked",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("publics", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name=op.f("ck_publics_asked_decided_or_not")),
        sa.CheckConstraint("accepted OR answer IS NOT NULL", name=op.f("ck_publics_asked_refused_with_a_reason")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_publics_asked_relais_id_relais")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publics_asked")),
    )
    op.create_index(
        "uq_publics_asked_open",
        "publics_asked",
        ["relais_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index("ix_publics_asked_relais", "publics_asked", ["relais_id", "asked_at"])


def downgrade() -> None:
    op.drop_table("publics_asked")
    op.drop_column("relais", "opening_hours")
