"""verified by a second person, as herself

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TRIGGERS = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    op.create_table(
        "verification",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("verifier_name", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("confirmed = (reason IS NULL)", name=op.f("ck_verification_refused_with_a_reason")),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"], name=op.f("fk_verification_erasure_id_erasure")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_verification_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index("uq_verification_erasure", "verification", ["erasure_id"], unique=True)
    for statement in _TRIGGERS.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)
    index_concurrently("ix_storage_medium_unwiped", "storage_medium (workshop_id, id) WHERE wiped_by IS NULL")


def downgrade() -> None:
    op.drop_table("verification")
