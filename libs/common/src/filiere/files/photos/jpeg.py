"""JPEG: a row of segments, then the picture's data, perhaps more of both. ITU T.81, JFIF, Exif."""

import re
from collections.abc import Iterator

from filiere.files.photos.orientation import HEADER, exif_of, orientation_of
from filiere.files.photos.parts import MOST_PARTS, PhotoUnreadable

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
# Frames, tables and scans: what a decoder needs.
_PICTURE = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xE0)})
# Of the rest, by how they begin: how pixels are shaped and what their colours mean.
_KEPT = ((_APP0, b"JFIF\0"), (_APP2, b"ICC_PROFILE\0"), (_APP14, b"Adobe"))
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# Searched at once: the search holds the interpreter.
_PIECE = 128 * 1024


def kept_of_jpeg(data: bytes) -> Iterator[bytes | memoryview]:
    """Raises PhotoUnreadable. What follows the end of the picture, as a second picture with words of its own, goes."""
    parts, orientation = [], 1
    has_picture = False
    for marker, part in _parts(data):
        body = bytes(part[4:40])
        if marker == _APP1 and body.startswith(HEADER) and orientation == 1:
            orientation = orientation_of(bytes(part[4:]))
        has_picture = has_picture or marker == _SCAN
        if marker in _PICTURE or any(marker == kind and body.startswith(begins) for kind, begins in _KEPT):
            parts.append((marker, part))
    if not has_picture:
        raise PhotoUnreadable
    yield bytes((0xFF, _START))
    shown = exif_of(orientation)
    first = 1 if parts[0][0] == _APP0 else 0  # JFIF wants to come first
    yield from (part for _, part in parts[:first])
    if shown:
        yield bytes((0xFF, _APP1)) + (2 + len(HEADER + shown)).to_bytes(2) + HEADER + shown
    yield from (part for _, part in parts[first:])
    yield bytes((0xFF, _END))


def _parts(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """(marker, segment) up to the end of the picture; a scan's segment goes on until the next marker."""
    view, place = memoryview(data), 2
    for _ in range(MOST_PARTS):
        while data[place : place + 2] == b"\xff\xff":
            place += 1  # a byte of filling
        if len(data) < place + 4 and data[place : place + 2] != bytes((0xFF, _END)):
            raise PhotoUnreadable
        if data[place] != 0xFF:
            raise PhotoUnreadable
        marker = data[place + 1]
        if marker == _END:
            return
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
        if marker < 0xC0 or 0xD0 <= marker <= 0xD8 or end < place + 4 or end > len(data):
            raise PhotoUnreadable
        if marker == _SCAN:
            end = _next_marker(data, end)
        yield marker, view[place:end]
        if end == len(data) and marker == _SCAN:
            return  # cut off: viewers show what there is
        place = end
    raise PhotoUnreadable


def _next_marker(data: bytes, start: int) -> int:
    for place in range(start, len(data), _PIECE):
        found = _MARKER.search(data, place, place + _PIECE + 1)
        if found:
            return found.start()
    return len(data)
