"""Bytes of foreign messages as text that PostgreSQL, a log and a terminal take; the bytes are kept beside it."""

from hashlib import sha256

_LONGEST_KEY = 200  # an index holds it; ours are 36 long


def shown(raw: bytes) -> str:
    """The text of UTF-8; what is no text, and NUL, written as escapes."""
    return raw.decode(errors="backslashreplace").replace("\x00", "\\x00")


def shown_text(text: str) -> str:
    """The same for text that may hold NUL or lone surrogates, such as a header's name or an error's sentence."""
    return text.encode(errors="backslashreplace").decode().replace("\x00", "\\x00")


def shown_key(raw: bytes | None) -> str:
    """A key: what two keys have alike exactly when they are alike. None and empty are one: no key."""
    text = shown(raw or b"")
    if len(text) <= _LONGEST_KEY:
        return text
    return f"{text[: _LONGEST_KEY - 65]}…{sha256(raw or b'').hexdigest()}"
