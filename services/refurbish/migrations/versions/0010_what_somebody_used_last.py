"""An index by which the form of an erasure begins with what the same person used last."""

from alembic import op
from filiere.database.migrations import index_concurrently

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_concurrently("ix_erasure_operator", "erasure (operator, id)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_erasure_operator")
