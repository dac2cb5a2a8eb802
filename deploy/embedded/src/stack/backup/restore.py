"""Put a backup back: empty databases, restored together, their outboxes to be sent again."""

import asyncio
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg

from stack.backup.dump import FILES, FORMAT, MANIFEST
from stack.backup.places import anybody_at_work
from stack.backup.programs import run
from stack.errors import StackError

# A sent event is sent again because the broker of before is gone; whoever has applied it drops it by its inbox.
_SEND_AGAIN = """
UPDATE outbox SET published_at = NULL, attempts = 0, next_attempt_at = NULL, last_error = NULL
WHERE published_at IS NOT NULL
"""


# As `CREATE DATABASE` makes it: a schema of any other owner or grants would be part of the next dump, and that dump
# could not be restored here.
_EMPTY = """
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'standard public schema'
"""


async def restore(databases: Mapping[str, str], folder: Path, files: Path | None = None) -> dict[str, Any]:
    """Replace the content of all databases by the backup's; returns its manifest. Raises StackError.

    `files`: where the backup's files go, beside those that are there: each bears the hash of what it holds.

    Nobody may be connected. What the databases held is lost: back it up before, if it can still be read.
    """
    manifest = _manifest(folder)
    if missing := manifest["services"].keys() - databases.keys():
        raise StackError(f"Cette sauvegarde a aussi : {', '.join(sorted(missing))}.")
    if busy := await anybody_at_work(databases):
        raise StackError(f"Arrêtez d'abord les services : {', '.join(busy)} travaille encore sur sa base.")
    await asyncio.gather(*(_restore(databases[name], folder / f"{name}.dump") for name in manifest["services"]))
    if files is not None and (folder / FILES).is_dir():
        await asyncio.to_thread(shutil.copytree, folder / FILES, files, dirs_exist_ok=True)
    return manifest


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise StackError(f"{folder} n'est pas une sauvegarde entière.") from None
    if manifest.get("format") != FORMAT:
        raise StackError(f"{folder} est d'un format inconnu : {manifest.get('format')}.")
    return manifest


async def _restore(url: str, file: Path) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(_EMPTY)
        # Three at once, on one transaction each: all of a database or nothing of it.
        await run("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction", "--dbname=", str(file))
        await connection.execute(_SEND_AGAIN)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
