"""Photos kept before their words were taken off at the door: cleaned now, `python -m <service> files clean-photos`.

Each is looked at once a run and by itself: its clean bytes are put first, then whatever named the old ones names them,
in one transaction; the old ones, which nothing names any more, go with the next round of the worker. A death between
leaves bytes that nobody names; run again, what is clean stays as it is.
"""

import hashlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from filiere.database import Database
from filiere.files.kinds import kind_of
from filiere.files.photos import PHOTOS, PhotoUnreadable, clean
from filiere.files.repository import FileRepository
from filiere.files.store import FileMissing, Files

AT_ONCE = 200


class Looked(NamedTuple):
    """What became of one photo. `outcome`: clean, cleaned (`now`: its new hash), unreadable, missing."""

    hash: str
    outcome: str
    now: str | None = None
    names: int = 0
    """How many rows name it."""


async def clean_old_photos(database: Database, files: Files) -> AsyncIterator[Looked]:
    """Every photo that something names, in the order of their hashes."""
    after = ""
    while True:
        async with database.read() as session:
            found = await FileRepository.from_session(session).of_kinds(sorted(PHOTOS), after, AT_ONCE)
        for hash_ in found:
            yield await _looked_at(database, files, hash_)
        if len(found) < AT_ONCE:
            return
        after = found[-1]


async def _looked_at(database: Database, files: Files, hash_: str) -> Looked:
    try:
        before = b"".join([piece async for piece in await files.read(hash_)])
        after = clean(kind_of(before), before)
    except FileMissing:
        return Looked(hash_, "missing")
    except (PhotoUnreadable, KeyError):
        return Looked(hash_, "unreadable")
    if after == before:
        return Looked(hash_, "clean")
    now = hashlib.sha256(after).hexdigest()

    async def pieces() -> AsyncIterator[bytes]:
        yield after

    async with database.unit_of_work() as session:
        await FileRepository.from_session(session).want(now, len(after), kind_of(after))
    await files.put(now, pieces)
    async with database.unit_of_work() as session:
        names = await FileRepository.from_session(session).rename(hash_, now)
    return Looked(hash_, "cleaned", now, names)
