"""alembic's entry point."""

from filiere.database.migrations import run_env

run_env()
