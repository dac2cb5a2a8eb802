"""An uploaded file before any transaction: its fingerprint, and its rows when they are read in no time."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO
from weakref import WeakKeyDictionary

from filiere.calendar import today
from filiere.sheets.reading import NO_WORKBOOK
from filiere.telemetry.metrics import import_seconds, timed

from collect.imports.errors import UnreadableFile
from collect.imports.own_process import read_apart
from collect.imports.parsing import Reading, read
from collect.imports.reading import APART, Corrections, NoColumns, Unreadable, fingerprint

AT_ONCE_BYTES = 256 * 1024
"""A file up to this size is read while its sender waits, 0.1 s; a longer one by the worker, with its progress."""
IN_HAND = 2
"""Files that one process reads and keeps at a time: the others wait outside, where they hold neither a connection of
the pool nor their content in memory."""
_PIECE = 256 * 1024
_OF_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".zip"})

_places: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrived. Either its rows (`reading`), or the file itself (`packed`) and about how many rows it has.

    `content_hash`: SHA-256 of the bytes.
    """

    filename: str
    content_hash: str
    encoding: str
    max_rows: int
    reading: Reading | None = None
    packed: bytes | None = None
    rows: int = 0


@asynccontextmanager
async def taken_up(file: BinaryIO, filename: str, max_rows: int, corrections: Corrections) -> AsyncIterator[Upload]:
    """An uploaded file, looked at; within the block it is kept. Raises UnreadableFile.

    `corrections`: what its donor said of columns before.

    Before the block it holds no connection, and the event loop for no time.
    """
    places = _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(IN_HAND))
    async with places:
        try:
            upload = await _look(file, _name(filename), max_rows, corrections)
        except NoColumns as error:
            # Some tools call a text so, which is read; what is neither needs no titles, but another file.
            named_so = PurePath(filename).suffix.lower() in _OF_WORKBOOKS
            raise UnreadableFile(NO_WORKBOOK if named_so else str(error)) from error
        except Unreadable as error:
            raise UnreadableFile(str(error)) from error
        yield upload


async def _look(file: BinaryIO, name: str, max_rows: int, corrections: Corrections) -> Upload:
    content_hash, encoding = await asyncio.to_thread(fingerprint, file)
    if await asyncio.to_thread(_size, file) <= AT_ONCE_BYTES:
        reading = await _read(file, encoding, max_rows, corrections)
        return Upload(name, content_hash, encoding, max_rows, reading=reading)
    packed, rows = await asyncio.to_thread(_packed, file)
    # A workbook or an archive is packed itself: only who unpacks it can say how many rows it has.
    return Upload(name, content_hash, encoding, max_rows, packed=packed, rows=0 if encoding == APART else rows)


@timed(import_seconds, "read")
async def _read(file: BinaryIO, encoding: str, max_rows: int, corrections: Corrections) -> Reading:
    if encoding == APART:
        content = await asyncio.to_thread(_whole, file)
        found = await read_apart(
            content, encoding, today(), max_rows, how="plain", corrections=corrections, tell=lambda done, total: None
        )
        return Reading(found.layout, found.pieces, found.copy)
    return await asyncio.to_thread(read, file, encoding, today(), max_rows, corrections)


def _whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _packed(file: BinaryIO) -> tuple[bytes, int]:
    """The content compressed, and about how many rows it has: a list of devices shrinks to a tenth, and what is copied
    from here to the database and from there to the worker is the tenth."""
    file.seek(0)
    packer, packed = zlib.compressobj(1), bytearray()
    ends = {b"\n": 0, b"\r": 0}
    while piece := file.read(_PIECE):
        packed += packer.compress(piece)
        for end in ends:
            ends[end] += piece.count(end)
    packed += packer.flush()
    return bytes(packed), max(*ends.values(), 1)


def _name(filename: str) -> str:
    """The file's own name, without the folders of somebody's machine."""
    return (PurePath(filename.replace("\\", "/")).name or "fichier")[:120]
