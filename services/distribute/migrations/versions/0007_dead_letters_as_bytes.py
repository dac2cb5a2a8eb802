"""dead letters as bytes

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-29 18:00:00

Runs with a lock_timeout of 5 s: a migration that waits for a lock would stop every writer behind it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("dead_letter", sa.Column("raw_key", postgresql.BYTEA(), nullable=True))
    op.add_column("dead_letter", sa.Column("header_names", postgresql.ARRAY(postgresql.BYTEA()), nullable=True))
    op.add_column("dead_letter", sa.Column("header_values", postgresql.ARRAY(postgresql.BYTEA()), nullable=True))
    op.add_column("dead_letter", sa.Column("tombstone", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    for column in ("tombstone", "header_values", "header_names", "raw_key"):
        op.drop_column("dead_letter", column)
