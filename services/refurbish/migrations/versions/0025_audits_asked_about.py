"""copies of audits, audits that are asked about, and audits taken back

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("file_hash", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("status", sa.String(), server_default=sa.text("'kept'"), nullable=False))
    op.add_column("audit", sa.Column("gave_serial", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("audit", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("audit", sa.Column("withdrawn_by", sa.String(), nullable=True))
    op.add_column("audit", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_audit_file_hash"), "audit", "file", ["file_hash"], ["hash"])
    op.create_check_constraint(op.f("ck_audit_status_known"), "audit", "status IN ('kept', 'asked', 'withdrawn')")
    op.create_check_constraint(
        op.f("ck_audit_withdrawn_with_reason"), "audit", "(status = 'withdrawn') = (reason IS NOT NULL)"
    )
    index_concurrently("ix_audit_file_hash", "audit (file_hash)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_audit_file_hash")
    op.drop_constraint(op.f("ck_audit_withdrawn_with_reason"), "audit")
    op.drop_constraint(op.f("ck_audit_status_known"), "audit")
    op.drop_constraint(op.f("fk_audit_file_hash"), "audit")
    for column in ("withdrawn_at", "withdrawn_by", "reason", "gave_serial", "status", "file_hash"):
        op.drop_column("audit", column)
