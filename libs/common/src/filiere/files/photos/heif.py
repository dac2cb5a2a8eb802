"""HEIC, as telephones write it: boxes that name items by where they lie. ISO/IEC 14496-12 and 23008-12.

Offsets run through the whole file, so that nothing is moved: items that hold words are written over where they lie.
Which way up it is shown stands in the boxes, not in its Exif.
"""

import struct
from collections.abc import Iterator

from filiere.files.photos.parts import MOST_PARTS, PhotoUnreadable

_WORDS = frozenset({b"Exif", b"mime", b"uri "})
_NO_EXIF = b"\0\0\0\0" + b"MM\0*" + struct.pack(">IHI", 8, 0, 0)
_IN_FILE, _IN_META = 0, 1


class _Reading:
    """Numbers one after the other, of a part of the file."""

    def __init__(self, data: bytes | bytearray, place: int, end: int) -> None:
        self.data, self.place, self.end = data, place, end

    def take(self, size: int) -> bytes:
        if self.place + size > self.end:
            raise PhotoUnreadable
        self.place += size
        return bytes(self.data[self.place - size : self.place])

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))


def kept_of_heif(data: bytes) -> Iterator[bytes | memoryview]:
    """Raises PhotoUnreadable; for a film too, which says more than a photo."""
    written = bytearray(data)
    boxes = list(_boxes(data, 0, len(data)))
    found = {kind: (start, end) for kind, start, end in boxes}
    if b"meta" not in found or b"moov" in found or b"moof" in found:
        raise PhotoUnreadable
    start, end = found[b"meta"]
    inside = list(_boxes(data, start + 4, end))
    places = {kind: (start, end) for kind, start, end in inside}
    for kind, start, end in (*boxes, *inside):
        if kind in (b"uuid", b"udta", b"xml ", b"bxml"):
            written[start:end] = bytes(end - start)
    if b"iinf" not in places or b"iloc" not in places:
        raise PhotoUnreadable
    words = dict(_items(data, *places[b"iinf"]))
    for item, where, offset, length in _extents(data, *places[b"iloc"]):
        if item not in words:
            raise PhotoUnreadable
        if (holds := words[item]) not in _WORDS:
            continue
        base, limit = (0, len(data)) if where == _IN_FILE else places.get(b"idat", (0, 0))
        start, end = base + offset, base + offset + length
        if where not in (_IN_FILE, _IN_META) or not length or end > limit:
            raise PhotoUnreadable
        nothing = b" " * length if holds == b"mime" else bytes(length)
        if holds == b"Exif" and length >= len(_NO_EXIF):
            nothing = _NO_EXIF + nothing[len(_NO_EXIF) :]
        written[start:end] = nothing
    yield bytes(written)


def _boxes(data: bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, where its content begins, where it ends)."""
    for _ in range(MOST_PARTS):
        if place == end:
            return
        reading = _Reading(data, place, end)
        size, kind = reading.number(4), reading.take(4)
        if size == 1:
            size = reading.number(8)
        elif size == 0:
            size = end - place
        if place + size > end or reading.place > place + size:
            raise PhotoUnreadable
        yield kind, reading.place, place + size
        place += size
    raise PhotoUnreadable


def _items(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """(id, kind) of each item."""
    reading = _Reading(data, start, end)
    version = reading.number(4) >> 24
    reading.number(2 if version == 0 else 4)
    for kind, begin, finish in _boxes(data, reading.place, end):
        if kind != b"infe":
            continue
        one = _Reading(data, begin, finish)
        version = one.number(4) >> 24
        if version < 2:
            raise PhotoUnreadable  # of before there were photos
        item = one.number(2 if version == 2 else 4)
        one.number(2)
        yield item, one.take(4)


def _extents(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(item, kind of place, offset, length) of each stretch of each item."""
    reading = _Reading(data, start, end)
    version = reading.number(4) >> 24
    sizes = reading.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    left = MOST_PARTS
    for _ in range(reading.number(2 if version < 2 else 4)):
        item = reading.number(2 if version < 2 else 4)
        where = reading.number(2) & 15 if version else _IN_FILE
        reading.number(2)
        base = reading.number(base_size)
        for _ in range(reading.number(2)):
            reading.number(index_size)
            offset, length = reading.number(offset_size), reading.number(length_size)
            left -= 1
            if left < 0:
                raise PhotoUnreadable
            yield item, where, base + offset, length
