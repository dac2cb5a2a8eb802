"""Take the words off a photo before it is kept: in a thread, two photos at a time, whatever is sent.

Own code, for no library that is kept up does it without loss: Pillow writes a JPEG anew, piexif has stood still since
2019. What is read is the order of a file's parts, never a picture: nothing is decoded, and what is not made as its kind
is made is refused.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import IO

from filiere.files.keeping import FileTooLarge, Reads
from filiere.files.kinds import ENOUGH, kind_of
from filiere.files.photos.heif import kept_of_heif
from filiere.files.photos.jpeg import kept_of_jpeg
from filiere.files.photos.parts import PhotoUnreadable
from filiere.files.photos.png import kept_of_png
from filiere.files.photos.webp import kept_of_webp

PHOTOS: dict[str, Callable[[bytes], Iterator[bytes | memoryview]]] = {
    "image/jpeg": kept_of_jpeg,
    "image/png": kept_of_png,
    "image/webp": kept_of_webp,
    "image/heic": kept_of_heif,
}
# Each has a photo in memory, and what is made of it.
_AT_ONCE = ThreadPoolExecutor(2, thread_name_prefix="photos")


@asynccontextmanager
async def without_metadata(source: Reads, most: int) -> AsyncIterator[Reads]:
    """What to keep of an upload: of a photo its picture, of anything else all. Raises PhotoUnreadable, FileTooLarge."""
    await source.seek(0)
    kind = kind_of(await source.read(ENOUGH))
    if kind not in PHOTOS:
        yield source
        return
    await source.seek(0)
    data = await source.read(most + 1)
    if len(data) > most:
        raise FileTooLarge
    file = await asyncio.get_running_loop().run_in_executor(_AT_ONCE, _written, kind, data)
    del data
    with file:
        yield _Read(file)


def clean(kind: str, data: bytes) -> bytes:
    """The photo without its words. Raises PhotoUnreadable."""
    if kind_of(data[:ENOUGH]) != kind:
        raise PhotoUnreadable
    return b"".join(PHOTOS[kind](data))


def _written(kind: str, data: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile(prefix="filiere-photo-")  # noqa: SIM115 - closed by whoever reads it
    try:
        file.writelines(PHOTOS[kind](data))
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


class _Read:
    """The file as an upload is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    async def read(self, size: int = -1) -> bytes:
        return await asyncio.to_thread(self.file.read, size)

    async def seek(self, offset: int) -> None:
        self.file.seek(offset)
