"""where a Relais lies, and which of them everybody may find

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.geography import commune_of_address

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
    _place_those_that_are_here()


def _place_those_that_are_here() -> None:
    """What the release before registers while both run lies nowhere until its facts are corrected once."""
    connection = op.get_bind()
    placed = [
        {"id": relais_id, "latitude": commune.latitude, "longitude": commune.longitude}
        for relais_id, *address in connection.execute(sa.text("SELECT id, insee, postcode, city FROM relais"))
        if (commune := commune_of_address(*address)) is not None
    ]
    if placed:
        put = "UPDATE relais SET latitude = :latitude, longitude = :longitude WHERE id = :id"
        connection.execute(sa.text(put), placed)


def downgrade() -> None:
    op.drop_table("public_listing")
    op.drop_column("relais", "longitude")
    op.drop_column("relais", "latitude")
