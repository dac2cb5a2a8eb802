"""reports of erasure tools, as they came, and what was answered to their questions

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TRIGGERS = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    op.create_table(
        "erasure_report",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("said", pg.JSONB(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_by_name", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["file_hash"], ["file.hash"], name=op.f("fk_erasure_report_file_hash_file")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_erasure_report_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_report")),
    )
    op.create_index("ix_erasure_report_file", "erasure_report", ["file_hash"], unique=False)
    op.add_column("erasure", sa.Column("report_id", sa.Uuid(), nullable=True))
    op.add_column("erasure", sa.Column("despite", pg.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    for statement in _TRIGGERS.read_text(encoding="utf-8").split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("erasure", "despite")
    op.drop_column("erasure", "report_id")
    op.drop_table("erasure_report")
