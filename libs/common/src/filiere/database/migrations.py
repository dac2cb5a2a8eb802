"""Run a service's own alembic tree from code; `alembic.ini` is not needed."""

import asyncio
import warnings
from pathlib import Path
from typing import Any

from alembic import command, context, op
from alembic.config import Config
from sqlalchemy import Connection, MetaData, make_url, pool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

INDEX_TIMEOUT = "10min"  # building beside the writers, an index waits for who began before it and keeps nobody waiting
LOCK_TIMEOUT = "5s"  # a migration that waits for a lock would stop every writer behind it


def config(folder: Path, url: str, metadata: MetaData) -> Config:
    """alembic configuration of one service: its folder, its database, its tables as declared."""
    made = Config()
    made.set_main_option("script_location", str(folder))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["url"] = url
    made.attributes["metadata"] = metadata
    return made


def upgrade(folder: Path, url: str, metadata: MetaData) -> None:
    """Bring a database to the newest revision. Blocking: alembic starts an event loop of its own."""
    command.upgrade(config(folder, url, metadata), "head")


def check(folder: Path, url: str, metadata: MetaData) -> None:
    """Raise when the declared tables and the migrated database differ."""
    with warnings.catch_warnings():
        # That such an index exists is compared, its expression is not: PostgreSQL tells it in words of its own.
        warnings.filterwarnings("ignore", "Expression #1 .* detected to include an operator clause")
        command.check(config(folder, url, metadata))


def revision(folder: Path, url: str, metadata: MetaData, message: str, number: str) -> None:
    """Write a new revision from the difference between the declared tables and the database."""
    command.revision(config(folder, url, metadata), message=message, autogenerate=True, rev_id=number)


def index_concurrently(name: str, definition: str) -> None:
    """In a migration: build an index while writers go on. What an attempt before left half built is built again.

    `definition` is what follows ON. Before all else of its migration, or alone in one: what stands before it is
    committed with it, and could not be done again by the next attempt.
    """
    with op.get_context().autocommit_block():
        op.execute(f"SET lock_timeout = '{INDEX_TIMEOUT}'")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {definition}")
        op.execute("RESET lock_timeout")


def run_env() -> None:
    """Body of every service's `migrations/env.py`."""
    attributes = context.config.attributes
    asyncio.run(_run_online(attributes["url"], attributes["metadata"]))


async def create_all(url: str, metadata: MetaData) -> None:
    """Make the tables as declared, without any migration: for tests of what is no service's own."""
    engine = _engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


async def _run_online(url: str, metadata: MetaData) -> None:
    engine = _engine(url, lock_timeout=LOCK_TIMEOUT)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, metadata)
    await engine.dispose()


def _engine(url: str, **server_settings: str) -> AsyncEngine:
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        poolclass=pool.NullPool,
        connect_args={"server_settings": server_settings},
    )


def _migrate(connection: Connection, metadata: MetaData) -> None:
    options: dict[str, Any] = {"compare_type": True, "compare_server_default": False}
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True, **options)
    with context.begin_transaction():
        context.run_migrations()
