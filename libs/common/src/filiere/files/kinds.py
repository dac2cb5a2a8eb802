"""What a file is, by its first bytes: neither its name nor what its sender says of it counts."""

UNKNOWN = "application/octet-stream"
ENOUGH = 32
"""Bytes that tell."""

WORDS = {
    "application/pdf": "PDF",
    "image/jpeg": "photo",
    "image/png": "image",
    "image/webp": "image",
    "image/heic": "photo",
    UNKNOWN: "fichier",
}
"""French, for screens."""

_BEGINS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
_HEIF = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"hevc"})


def kind_of(beginning: bytes) -> str:
    """The media type; UNKNOWN for anything else."""
    for begins, kind in _BEGINS:
        if beginning.startswith(begins):
            return kind
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    if beginning[4:8] == b"ftyp" and beginning[8:12] in _HEIF:
        return "image/heic"
    return UNKNOWN
