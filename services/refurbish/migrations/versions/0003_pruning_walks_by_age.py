"""pruning walks by age

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-29 18:00:00

Runs with a lock_timeout of 5 s: a migration that waits for a lock would stop every writer behind it.
"""

from collections.abc import Sequence

from alembic import op
from filiere.database.indexes import build_index

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    build_index("ix_inbox_processed_at", "inbox", ["processed_at"])
    build_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_idempotency_key_created_at", table_name="idempotency_key")
    op.drop_index("ix_inbox_processed_at", table_name="inbox")
