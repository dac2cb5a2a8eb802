"""alembic's entry: the shared library runs it on this service's models."""

from filiere.database.migrations import run_env

run_env()
