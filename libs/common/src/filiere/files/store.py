"""Where files lie: a folder, or a bucket of any S3. By obstore (Rust), which is loaded with the first use."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

CHUNK = 256 * 1024


class FileMissing(LookupError):
    """A row names a file that is not there: a backup without its files, or a hand in the folder."""


class Files:
    """One store. A file lies at `ab/abcdef…`, its own hash; writing it twice is writing it once."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def put(self, hash_: str, chunks: Callable[[], AsyncIterator[bytes]]) -> None:
        """Keep a file, whole or not at all."""
        import obstore

        await obstore.put_async(self._store, _place(hash_), chunks(), max_concurrency=2)

    async def read(self, hash_: str) -> AsyncIterator[bytes]:
        """Its bytes, in pieces. Raises FileMissing before the first."""
        import obstore

        try:
            found = await obstore.get_async(self._store, _place(hash_))
        except FileNotFoundError:
            raise FileMissing(hash_) from None
        return _pieces(found)

    async def delete(self, hash_: str) -> None:
        import obstore

        with contextlib.suppress(FileNotFoundError):  # a death between this and the end of its row
            await obstore.delete_async(self._store, _place(hash_))


async def _pieces(found: Any) -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=CHUNK):
        yield bytes(piece)


def _place(hash_: str) -> str:
    return f"{hash_[:2]}/{hash_}"


@lru_cache
def files_at(where: str) -> Files:
    """The store of a setting: a folder, or `s3://bucket/prefix` (its keys and address from the usual `AWS_…`)."""
    from obstore.store import LocalStore, from_url

    if "://" in where:
        return Files(from_url(where))
    return Files(LocalStore(Path(where).absolute(), mkdir=True))


async def ready(where: str) -> Files:
    """The same without holding the event loop."""
    return await asyncio.to_thread(files_at, where)
