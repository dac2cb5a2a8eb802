"""registrations that the coordination refuses, whose number is free again

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

CONTRACTS = "the check of a SIREN's digits is made anew, wider: the release before writes nothing that it refuses"


def upgrade() -> None:
    op.add_column("donor", sa.Column("refused_at", sa.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("donor", sa.Column("refused_reason", sa.Text(), nullable=True))
    op.add_column("donor", sa.Column("refused_people", sa.ARRAY(sa.Text()), nullable=True))
    # Beside the old one until the table is read: no moment without a check, and no long lock.
    op.drop_constraint(op.f("ck_donor_siren_digits"), "donor", type_="check")
    op.execute(
        "ALTER TABLE donor ADD CONSTRAINT ck_donor_siren_digits"
        " CHECK (siren ~ '^[0-9]{9}$' OR refused_at IS NOT NULL) NOT VALID"
    )
    op.execute("ALTER TABLE donor VALIDATE CONSTRAINT ck_donor_siren_digits")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_donor_siren_digits"), "donor", type_="check")
    op.execute("ALTER TABLE donor ADD CONSTRAINT ck_donor_siren_digits CHECK (siren ~ '^[0-9]{9}$') NOT VALID")
    op.drop_column("donor", "refused_people")
    op.drop_column("donor", "refused_reason")
    op.drop_column("donor", "refused_at")
