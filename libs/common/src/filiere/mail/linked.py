"""Which words of a letter may be links where it is shown: addresses of ours, and nothing else."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from filiere.plain_paths import is_plain

_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_AFTER = ".,;:!?)»]"
"""What ends a sentence ends no address of ours."""


class Piece(NamedTuple):
    """Text as it stands, and whether it is an address of ours."""

    text: str
    is_link: bool = False


def pieces(text: str, ours: Collection[str]) -> list[Piece]:
    """The text cut at what may be a link. `ours`: where our pages are, as https://name[:port] or with a folder."""
    return list(_cut(text, [one.rstrip("/") for one in ours]))


def is_ours(address: str, ours: Collection[str]) -> bool:
    """Whether it leads to one of our pages: the same scheme, name and port, and within the folder where there is one.

    Compared as a browser reads it: `http://ours@elsewhere`, `http://ours.elsewhere`, a backslash, and `/ours/../other`
    lead elsewhere.
    """
    if "\\" in address or not address.isprintable():
        return False
    try:
        found = urlsplit(address)
        return is_plain(found.path) and any(
            (found.scheme, found.netloc) == (one.scheme, one.netloc)
            and (found.path == one.path or found.path.startswith(f"{one.path}/"))
            for one in map(urlsplit, ours)
        )
    except ValueError:
        return False


def _cut(text: str, ours: Collection[str]) -> Iterator[Piece]:
    told = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER)
        if is_ours(address, ours):
            yield Piece(text[told : found.start()])
            yield Piece(address, is_link=True)
            told = found.start() + len(address)
    yield Piece(text[told:])
