"""what is told of a quarter

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

# Told once: another number on another day would tell of whoever is between the two.
_STANDS = """
CREATE FUNCTION told_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was told of a quarter stands' USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "told_quarter",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_quarter")),
        sa.UniqueConstraint("first_day", name=op.f("uq_told_quarter_first_day")),
    )
    op.create_table(
        "told_block",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("quarter_id", sa.UUID(), nullable=False),
        sa.Column("counted", sa.String(), nullable=False),
        sa.Column("locality", sa.String(), nullable=True),
        sa.Column("public", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("tier", sa.String(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("counted IN ('devices', 'topups', 'ordered')", name=op.f("ck_told_block_counted_known")),
        sa.CheckConstraint("count >= 5", name=op.f("ck_told_block_nobody_is_found")),
        sa.ForeignKeyConstraint(
            ["quarter_id"], ["told_quarter.id"], name=op.f("fk_told_block_quarter_id_told_quarter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_block")),
    )
    op.create_index("ix_told_block_quarter", "told_block", ["quarter_id", "counted"], unique=False)
    op.execute(_STANDS)
    for table in ("told_quarter", "told_block"):
        op.execute(
            f"CREATE TRIGGER told_stands BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION told_stands()"
        )


def downgrade() -> None:
    op.drop_table("told_block")
    op.drop_table("told_quarter")
    op.execute("DROP FUNCTION told_stands()")
