"""What workshops write of machines."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "how_to",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_how_to_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_how_to")),
    )
    op.create_index("ix_how_to_workshop", "how_to", ["workshop_id", "maker"])


def downgrade() -> None:
    op.drop_table("how_to")
