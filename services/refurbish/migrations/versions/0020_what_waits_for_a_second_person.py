"""which erasures wait for a second person, kept apart: each medium that was not wiped was looked at for them

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TRIGGERS = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    op.create_table(
        "awaited_erasure",
        sa.Column("workshop_id", sa.UUID(), nullable=False),
        sa.Column("medium_id", sa.UUID(), nullable=False),
        sa.Column("erasure_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_awaited_erasure_workshop_id_workshop")),
        sa.ForeignKeyConstraint(
            ["medium_id"], ["storage_medium.id"], name=op.f("fk_awaited_erasure_medium_id_storage_medium")
        ),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"], name=op.f("fk_awaited_erasure_erasure_id_erasure")),
        sa.PrimaryKeyConstraint("medium_id", name=op.f("pk_awaited_erasure")),
    )
    op.create_index("ix_awaited_erasure_workshop", "awaited_erasure", ["workshop_id", "erasure_id"])
    op.create_index("uq_awaited_erasure_erasure_id", "awaited_erasure", ["erasure_id"], unique=True)
    for statement in _TRIGGERS.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER verification_ends_waiting ON verification")
    op.execute("DROP TRIGGER erasure_awaits ON erasure")
    op.execute("DROP FUNCTION verification_ends_waiting, erasure_awaits")
    op.drop_table("awaited_erasure")
