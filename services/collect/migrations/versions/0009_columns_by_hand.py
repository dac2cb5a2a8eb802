"""columns of a list corrected by hand: what was said, and the list to read again

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "column_correction",
        sa.Column("donor_id", sa.UUID(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_column_correction_donor_id_donor")),
        sa.PrimaryKeyConstraint("donor_id", "heading", name=op.f("pk_column_correction")),
    )
    op.create_table(
        "import_copy",
        sa.Column("donor_id", sa.UUID(), nullable=False),
        sa.Column("import_id", sa.UUID(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_import_copy_donor_id_donor")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["fleet_import.id"],
            name=op.f("fk_import_copy_import_id_fleet_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_copy")),
    )


def downgrade() -> None:
    op.drop_table("import_copy")
    op.drop_table("column_correction")
