"""A migration that ended half-way begins again."""

import asyncio
from pathlib import Path

import pytest
from filiere.database import Database, migrations
from filiere.testing.sql import rows, value
from sqlalchemy import MetaData

ENV = "from filiere.database.migrations import run_env\nrun_env()\n"
REVISION = """
from alembic import op
from filiere.database.migrations import index_concurrently
revision, down_revision, branch_labels, depends_on = {number!r}, {before!r}, None, None
def upgrade():
    {first}
    {then}
"""
TABLE = ('op.execute("CREATE TABLE thing (n int)")', 'op.execute("INSERT INTO thing VALUES (0)")')
INDEX = (
    'index_concurrently("ix_thing_part", "thing ((1 / n))")',
    'op.execute("ALTER TABLE thing ADD COLUMN more text")',
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tree whose second migration cannot build its index on what is there."""
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENV)
    for number, before, (first, then) in (("0001", None, TABLE), ("0002", "0001", INDEX)):
        file = tmp_path / "versions" / f"{number}_step.py"
        file.write_text(REVISION.format(number=number, before=before, first=first, then=then))
    return tmp_path


async def test_what_could_not_build_its_index_is_done_whole_the_next_time(
    empty_database: Database, folder: Path
) -> None:
    def upgrade() -> None:
        migrations.upgrade(folder, empty_database.url, MetaData())

    with pytest.raises(Exception, match="division by zero"):
        await asyncio.to_thread(upgrade)
    assert await value(empty_database, "SELECT version_num FROM alembic_version") == "0001"
    await rows(empty_database, "UPDATE thing SET n = 1")
    await asyncio.to_thread(upgrade)
    assert await value(empty_database, "SELECT version_num FROM alembic_version") == "0002"
    assert await rows(empty_database, "SELECT n, more FROM thing")
    assert await value(empty_database, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_thing_part'::regclass")
