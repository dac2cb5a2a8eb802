"""An uploaded file before any transaction: its fingerprint, and its rows when they are read in no time."""

import asyncio
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO
from weakref import WeakKeyDictionary

from filiere.calendar import today
from filiere.telemetry.metrics import import_seconds, timed

from collect.imports.parsing import Reading, read
from collect.imports.reading import fingerprint

AT_ONCE_BYTES = 256 * 1024
"""A file up to this size is read while its sender waits, 0.3 s; a longer one by the worker, with its progress."""

# Threads share one interpreter: two that read at the same time would only make everybody else wait longer.
_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrived. Either its rows (`reading`), or the file itself (`content`) and about how many rows it has.

    `content_hash`: SHA-256 of the bytes.
    """

    filename: str
    content_hash: str
    encoding: str
    max_rows: int
    reading: Reading | None = None
    content: bytes | None = None
    rows: int = 0


async def take_up(file: BinaryIO, filename: str, max_rows: int) -> Upload:
    """Look at an uploaded file; holds no connection, and the event loop for no time. Raises UnreadableFile."""
    content_hash, encoding = await asyncio.to_thread(fingerprint, file)
    name = _name(filename)
    if await asyncio.to_thread(_size, file) <= AT_ONCE_BYTES:
        reading = await _read(file, encoding, max_rows)
        return Upload(name, content_hash, encoding, max_rows, reading=reading)
    content = await asyncio.to_thread(_all, file)
    return Upload(name, content_hash, encoding, max_rows, content=content, rows=await asyncio.to_thread(_rows, content))


@timed(import_seconds, "read")
async def _read(file: BinaryIO, encoding: str, max_rows: int) -> Reading:
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        return await asyncio.to_thread(read, file, encoding, today(), max_rows)


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _all(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _rows(content: bytes) -> int:
    return max(content.count(b"\n"), content.count(b"\r"), 1)


def _name(filename: str) -> str:
    """The file's own name, without the folders of somebody's machine."""
    return (PurePath(filename.replace("\\", "/")).name or "fichier")[:120]
