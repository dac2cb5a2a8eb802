"""Indexes on tables in use: built without a lock that would stop a writer."""

from collections.abc import Sequence

from alembic import op

from filiere.database.migrations import LOCK_TIMEOUT


def build_index(name: str, table: str, columns: Sequence[str]) -> None:
    """Build an index CONCURRENTLY, outside a transaction, for as long as it takes.

    Alone in its migration: what came before would be committed, and a build that failed is begun anew by the next run
    (what it left behind is an index that nobody may use, hence the DROP).
    """
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for transactions, and nobody waits behind it
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {table} ({', '.join(columns)})")
        op.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
