"""drafts that are corrected, the donor's words and wishes, and donations taken back

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CONTRACTS = "Two checks are put back wider at once: the release before writes nothing that the new ones refuse."

_STATUSES = "'draft', 'submitted', 'accepted', 'declined', 'scheduled', 'collected', 'received', 'closed'"
_CUSTODIES = "'accepted', 'collected', 'in_transit', 'missing'"


def _check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def upgrade() -> None:
    op.add_column("donation", sa.Column("by_network", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("donation", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("donation", sa.Column("ended_reason", sa.Text(), nullable=True))
    op.add_column("donation", sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("donation_line", sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("import_row", sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("fleet_import", sa.Column("by_network", sa.Boolean(), server_default="false", nullable=False))
    op.create_table(
        "donation_message",
        sa.Column("donor_id", sa.UUID(), nullable=False),
        sa.Column("donation_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("side IN ('donor', 'network')", name=op.f("ck_donation_message_side_known")),
        sa.ForeignKeyConstraint(
            ["donation_id"], ["donation.id"], name=op.f("fk_donation_message_donation_id_donation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_donation_message_donor_id_donor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_message")),
    )
    op.create_index(op.f("ix_donation_message_donation_id_id"), "donation_message", ["donation_id", "id"])
    _check("donation", "ck_donation_status_known", f"status IN ({_STATUSES}, 'withdrawn', 'cancelled')")
    _check("device", "ck_device_custody_known", f"custody IN ({_CUSTODIES}, 'cancelled')")
    # "Which import became this donation?", when a draft is deleted.
    index_concurrently("ix_fleet_import_donation_id", "fleet_import (donation_id)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_fleet_import_donation_id")
    _check("device", "ck_device_custody_known", f"custody IN ({_CUSTODIES})")
    _check("donation", "ck_donation_status_known", f"status IN ({_STATUSES})")
    op.drop_table("donation_message")
    op.drop_column("fleet_import", "by_network")
    op.drop_column("import_row", "cells")
    op.drop_column("donation_line", "cells")
    op.drop_column("donation", "place")
    op.drop_column("donation", "ended_reason")
    op.drop_column("donation", "ended_at")
    op.drop_column("donation", "by_network")
