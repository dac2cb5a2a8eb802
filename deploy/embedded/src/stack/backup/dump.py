"""Write a backup: one file per service and a manifest, whole or not at all."""

import asyncio
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filiere.calendar import now

from stack.backup.cut import cut
from stack.backup.programs import run
from stack.errors import StackError

MANIFEST = "backup.json"
FILES = "files"
FORMAT = 1


async def backup(databases: Mapping[str, str], folder: Path, files: Path | None = None) -> dict[str, Any]:
    """Dump all databases at one instant into a new `folder`; returns the manifest. Raises StackError.

    `files`: the folder of what people brought, copied after the dumps: a file never changes, and none that a row names,
    or named within a day, is taken away.

    Everything may go on meanwhile. An interrupted backup leaves only `<folder>.new`, never a folder that looks whole.
    """
    if folder.exists():  # noqa: ASYNC240 - at once; whoever calls does nothing else meanwhile
        raise StackError(f"{folder} existe déjà : une sauvegarde n'en remplace jamais une autre.")
    unfinished = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)  # it holds what the databases hold
    async with cut(databases) as instant:
        at = now()
        work = (_dump(url, instant.snapshots[name], unfinished / f"{name}.dump") for name, url in databases.items())
        await asyncio.gather(*work)
    if files is not None and files.is_dir():  # noqa: ASYNC240 - as above
        await asyncio.to_thread(shutil.copytree, files, unfinished / FILES)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "at": at.isoformat(timespec="seconds"),
        "consumers_waited_ms": round(instant.waited_s * 1000),
        "services": {
            name: {"events": instant.events[name], "bytes": (unfinished / f"{name}.dump").stat().st_size}
            for name in databases
        },
    }
    (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=1))
    unfinished.rename(folder)
    return manifest


async def _dump(url: str, snapshot: str, file: Path) -> None:
    options = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
    await run("pg_dump", url, *options, f"--file={file}")
