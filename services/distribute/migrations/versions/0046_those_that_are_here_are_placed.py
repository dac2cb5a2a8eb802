"""the Relais that are here are placed, beside whoever reads and writes

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.geography import commune_of_address

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

AT_ONCE = 500
_HERE = "SELECT id, insee, postcode, city FROM relais WHERE latitude IS NULL ORDER BY id"
_PLACED = """
UPDATE relais r SET latitude = p.latitude, longitude = p.longitude
FROM unnest(CAST(:ids AS uuid[]), CAST(:latitudes AS float[]), CAST(:longitudes AS float[]))
    AS p(id, latitude, longitude)
WHERE r.id = p.id AND r.latitude IS NULL
"""


def upgrade() -> None:
    """What the release before registers while both run lies nowhere until its facts are corrected once.

    Not in the revision that adds the columns: it holds everybody off the table until it ends. Here their communes are
    looked up before a row is locked, and rows are locked some at a time; begun again it goes on where it was.
    """
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        placed = [
            (relais_id, commune.latitude, commune.longitude)
            for relais_id, *address in connection.execute(sa.text(_HERE)).all()
            if (commune := commune_of_address(*address)) is not None
        ]
        for start in range(0, len(placed), AT_ONCE):
            ids, latitudes, longitudes = zip(*placed[start : start + AT_ONCE], strict=True)
            these = {"ids": list(ids), "latitudes": list(latitudes), "longitudes": list(longitudes)}
            connection.execute(sa.text(_PLACED), these)


def downgrade() -> None:
    pass
