"""where a Relais lies, and which of them everybody may find

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("relais", sa.Column("latitude", sa.Float(), nullable=True))
    op.add_column("relais", sa.Column("longitude", sa.Float(), nullable=True))
    op.create_table(
        "public_listing",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("welcome", sa.String(), nullable=False),
        sa.Column("how_to_come", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("welcome IN ('everybody', 'referred')", name=op.f("ck_public_listing_welcome_known")),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_public_listing_relais_id_relais")),
        sa.PrimaryKeyConstraint("relais_id", name=op.f("pk_public_listing")),
    )


def downgrade() -> None:
    op.drop_table("public_listing")
    op.drop_column("relais", "longitude")
    op.drop_column("relais", "latitude")
