"""Values as they stand in a file that anybody may have written: of the right kind, printable, bounded."""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from filiere.identifiers import IdentifierError, normalise_imei, normalise_serial

T = TypeVar("T")
Node = dict[str, Any]
"""An object of a file, whatever stands in it."""
_HARDWARE_ADDRESS = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}")
_BETWEEN_NUMBERS = re.compile(r"[/;,|]|\s{2,}")
_MOST_IMEIS = 4
MAX_SERIAL = 100
MAX_TEXT = 500
"""What is looked at of a text; the longest that a tool writes of a part has some 150 characters."""


class Unreadable(Exception):
    """No inventory; the message is a French sentence."""


def text_in(raw: bytes) -> str:
    """A text as it was meant: UTF-8, or what Windows writes."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def present(found: Iterable[T | None]) -> list[T]:
    """Those that are something."""
    return [one for one in found if one is not None]


def node_in(node: Node, name: str) -> Node:
    """The object of this name, an empty one where there is none."""
    found = node.get(name)
    return found if isinstance(found, dict) else {}


def nodes_in(listed: object, most: int) -> list[Node]:
    """The objects among the first of a list, none where it is no list."""
    return [one for one in listed[:most] if isinstance(one, dict)] if isinstance(listed, list) else []


def number(text: object) -> float | None:
    """The number at the beginning of a text, None when there is none or it is not a size."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        return float(text) if 0 <= text < 1e18 else None
    found = re.match(r"\s*(\d{1,17}(?:[.,]\d{1,6})?)", text) if isinstance(text, str) else None
    return float(found.group(1).replace(",", ".")) if found else None


def text_of(value: object) -> str | None:
    """A text, when the inventory holds one there: printable, of a length that can be looked at."""
    if not isinstance(value, str):
        return None
    text = value[:MAX_TEXT]
    # U+0000 and lone surrogates among others: JSON can write them, no database can keep them.
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text if text.strip() else None


def serial_of(value: object) -> str | None:
    """A serial that identifies; None also for a text too long to be one, of which a part would be another's."""
    serial = normalise_serial(text_of(value))
    if serial is not None and _HARDWARE_ADDRESS.fullmatch(serial):
        return None  # of a network card: the same for all phones that may not tell it
    return serial if serial is not None and len(serial) <= MAX_SERIAL else None


def imeis_in(texts: Iterable[object]) -> tuple[str, ...]:
    """The valid IMEIs of these texts, in order, each once; a SIM card's number or a telephone's is none."""
    parts = (part for text in texts for part in _BETWEEN_NUMBERS.split(text_of(text) or ""))
    return tuple(dict.fromkeys(present(map(_imei, parts))))[:_MOST_IMEIS]


def _imei(text: str) -> str | None:
    try:
        return normalise_imei(text)
    except IdentifierError:
        return None


def short(text: str | None, length: int) -> str | None:
    return " ".join(text.split())[:length] or None if text else None
