"""Which way up a photo is shown: the one thing of its Exif that is kept, in an Exif of its own."""

import struct

HEADER = b"Exif\0\0"
_TAG, _SHORT, _UPRIGHT = 0x0112, 3, 1
_MOST_ENTRIES = 512


def orientation_of(exif: bytes) -> int:
    """From 1 to 8; 1, upright, for everything that says nothing readable."""
    tiff = exif.removeprefix(HEADER)
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return _UPRIGHT
    try:
        magic, start = struct.unpack_from(f"{order}HI", tiff, 2)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(min(count, _MOST_ENTRIES) if magic == 42 else 0):
            entry = start + 2 + 12 * number
            tag, kind, values, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if (tag, kind, values) == (_TAG, _SHORT, 1):
                return value if 1 <= value <= 8 else _UPRIGHT
    except struct.error:
        pass
    return _UPRIGHT


def exif_of(orientation: int) -> bytes:
    """An Exif (its TIFF) that says nothing else; empty for upright, which needs no saying."""
    if orientation == _UPRIGHT:
        return b""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _TAG, _SHORT, 1, orientation, 0, 0)
