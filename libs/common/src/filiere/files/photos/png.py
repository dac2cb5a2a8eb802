"""PNG: a row of chunks, each with its length and sum. W3C, Portable Network Graphics, third edition."""

import zlib
from collections.abc import Iterator

from filiere.files.photos.orientation import exif_of, orientation_of
from filiere.files.photos.parts import MOST_PARTS, PhotoUnreadable

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The picture, its colours, its frames; texts, times and Exif are not among them.
_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD"}
    | {b"pHYs", b"acTL", b"fcTL", b"fdAT"}
)


def kept_of_png(data: bytes) -> Iterator[bytes | memoryview]:
    """Raises PhotoUnreadable."""
    chunks = list(_chunks(data))
    kinds = [kind for kind, _ in chunks]
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise PhotoUnreadable
    exif = next((bytes(chunk[8:-4]) for kind, chunk in chunks if kind == b"eXIf"), b"")
    yield _SIGNATURE
    yield chunks[0][1]
    if shown := exif_of(orientation_of(exif)):
        yield _chunk(b"eXIf", shown)
    yield from (chunk for kind, chunk in chunks[1:] if kind in _KEPT)


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    view, place = memoryview(data), len(_SIGNATURE)
    for _ in range(MOST_PARTS):
        end = place + 12 + int.from_bytes(data[place : place + 4])
        if end > len(data):
            raise PhotoUnreadable
        kind = data[place + 4 : place + 8]
        yield kind, view[place:end]
        if kind == b"IEND":
            return
        place = end
    raise PhotoUnreadable


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)
