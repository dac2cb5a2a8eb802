"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision or "nothing"}
Create Date: ${create_date}

Runs with a lock_timeout of 5 s: a migration that waits for a lock would stop every writer behind it.
"""
from collections.abc import Sequence

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: str | Sequence[str] | None = ${repr(branch_labels)}
depends_on: str | Sequence[str] | None = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
