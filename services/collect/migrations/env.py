"""alembic's entry: the shared run, on this service's database and models."""

from filiere.database.migrations import run_env

run_env()
