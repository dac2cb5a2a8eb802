"""what is left to pay or to use is kept, and when dues were last proven: neither is summed up at each opening

One expand or contract step per revision. `lock_timeout` is set for the connection: a migration that has to wait
for a lock fails instead of stopping every writer behind it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from filiere.database.migrations import index_concurrently
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_STATEMENTS = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    index_concurrently("ix_due_at", "due (at)")
    index_concurrently("ix_till_entry_at", "till_entry (at)")
    index_concurrently("ix_settlement_at", "settlement (at)")
    op.create_table(
        "money_left",
        sa.Column("relais_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("is_invoice", sa.Boolean(), nullable=False),
        sa.Column("left_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["relais_id"], ["relais.id"], name=op.f("fk_money_left_relais_id_relais")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_left")),
    )
    op.create_index("ix_money_left_relais", "money_left", ["relais_id"])
    op.create_table(
        "dues_proof",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breaks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_proof")),
    )
    for statement in _STATEMENTS.read_text().split("--===\n"):
        op.execute(statement)


def downgrade() -> None:
    for name in ("ix_settlement_at", "ix_till_entry_at", "ix_due_at"):
        op.execute(f"DROP INDEX {name}")
    for table in ("invoice", "payment", "settlement"):
        op.execute(f"DROP TRIGGER money_left_by_{table} ON {table}")
        op.execute(f"DROP FUNCTION money_left_by_{table}")
    op.execute("DROP FUNCTION move_money_left")
    op.drop_table("dues_proof")
    op.drop_table("money_left")
