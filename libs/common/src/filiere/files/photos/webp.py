"""WebP: chunks in a RIFF. RFC 9649."""

from collections.abc import Iterator

from filiere.files.photos.orientation import exif_of, orientation_of
from filiere.files.photos.parts import MOST_PARTS, PhotoUnreadable

_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF, _XMP = 0x08, 0x04


def kept_of_webp(data: bytes) -> Iterator[bytes | memoryview]:
    """Raises PhotoUnreadable. What follows the RIFF goes."""
    chunks = list(_chunks(data))
    kinds = {kind for kind, _ in chunks}
    if not kinds & {b"VP8 ", b"VP8L", b"ANMF"}:
        raise PhotoUnreadable
    exif = next((bytes(chunk[8:]) for kind, chunk in chunks if kind == b"EXIF"), b"")
    shown = exif_of(orientation_of(exif)) if b"VP8X" in kinds else b""
    kept = [_told(chunk, has_exif=bool(shown)) if kind == b"VP8X" else chunk for kind, chunk in chunks if kind in _KEPT]
    if shown:
        kept.append(b"EXIF" + len(shown).to_bytes(4, "little") + shown)
    yield b"RIFF" + (4 + sum(map(len, kept))).to_bytes(4, "little") + b"WEBP"
    yield from kept


def _told(header: memoryview, *, has_exif: bool) -> bytes:
    """The header, saying what there is now."""
    told = bytearray(header)
    told[8] = told[8] & ~(_EXIF | _XMP) | (_EXIF if has_exif else 0)
    return bytes(told)


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    view, place = memoryview(data), 12
    end_of_all = 8 + int.from_bytes(data[4:8], "little")
    if end_of_all > len(data):
        raise PhotoUnreadable
    for _ in range(MOST_PARTS):
        if place + 8 > end_of_all:
            return
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        kind, end = data[place : place + 4], place + 8 + size + size % 2
        if end > end_of_all or (kind == b"VP8X" and size < 10):
            raise PhotoUnreadable
        yield kind, view[place:end]
        place = end
    raise PhotoUnreadable
