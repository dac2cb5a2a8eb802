"""Keep what comes in, and take away what nobody names any more.

The order makes every death harmless: first a row that says "wanted" is committed, then the bytes are put, then the
change names them. A death in between leaves bytes that nobody names; they go after a day.
"""

import hashlib
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple, Protocol

from filiere.database import Database
from filiere.files.kinds import ENOUGH, kind_of
from filiere.files.repository import FileRepository
from filiere.files.store import CHUNK, Files

UNNAMED_FOR_S = 86400.0
_AT_ONCE = 100


class FileTooLarge(ValueError):
    """More bytes than may be kept."""


class Kept(NamedTuple):
    hash: str
    size: int
    media_type: str


class Reads(Protocol):
    """What is read twice: once for its hash, once to be put. An `UploadFile` is."""

    async def read(self, size: int = -1) -> bytes: ...

    async def seek(self, offset: int) -> None: ...


async def keep(
    database: Database, files: Files, source: Reads, most: int, kinds: Callable[[str], bool] = lambda _: True
) -> Kept | None:
    """Keep these bytes, as they are; hashed while they are read. None for a kind that is not taken.

    Raises FileTooLarge, and OSError when the store takes nothing.
    """
    digest, size, beginning = hashlib.sha256(), 0, b""
    async for piece in _pieces(source):
        digest.update(piece)
        beginning = beginning or piece[:ENOUGH]
        size += len(piece)
        if size > most:
            raise FileTooLarge
    kept = Kept(digest.hexdigest(), size, kind_of(beginning))
    if not kinds(kept.media_type):
        return None
    async with database.unit_of_work() as session:
        await FileRepository.from_session(session).want(*kept)
    await files.put(kept.hash, lambda: _pieces(source))
    return kept


async def _pieces(source: Reads) -> AsyncIterator[bytes]:
    await source.seek(0)
    while piece := await source.read(CHUNK):
        yield piece


async def forget_unnamed(database: Database, files: Files, older_than_s: float = UNNAMED_FOR_S) -> int:
    """Take away files that no row names; how many. A file is gone before its row: nothing unknown stays behind."""
    total = 0
    while True:
        async with database.unit_of_work() as session:
            repository = FileRepository.from_session(session)
            hashes = await repository.unnamed_for_update(older_than_s, _AT_ONCE)
            for one in hashes:
                await files.delete(one)
            await repository.forget(hashes)
        total += len(hashes)
        if len(hashes) < _AT_ONCE:
            return total
