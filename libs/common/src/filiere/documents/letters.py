"""What our fonts can draw: a paper with one character that they lack could not be made at all (PDF/UA asks for each).

`fonts/letters.txt` lists the code points that a family has in both its weights, as hexadecimal ranges; the test of this
module asks Typst for the first and the last of each, so it cannot go stale unseen.
"""

import unicodedata
from functools import cache
from typing import Any

from filiere.documents.drawing import FONTS

UNKNOWN = "?"
"""Stands for a picture or a letter of a script that no font here has."""


def drawable(text: str, drawn: str = "") -> str:
    """The text with what no font has shown as `UNKNOWN`; what is invisible and unknown goes. A line's end stays.

    `drawn`: characters that the template draws itself.
    """
    # The font of Latin letters has no narrow no-break space; its wide one is of the same line.
    composed = unicodedata.normalize("NFC", text).replace("\u202f", "\u00a0")
    return "".join(one if ord(one) in _letters() or one == "\n" or one in drawn else _instead(one) for one in composed)


def all_drawable(data: Any, drawn: str = "") -> Any:
    """The same of every text in lists and dictionaries; keys are ours."""
    if isinstance(data, str):
        return drawable(data, drawn)
    if isinstance(data, dict):
        return {name: all_drawable(value, drawn) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [all_drawable(value, drawn) for value in data]
    return data


def _instead(unknown: str) -> str:
    kind = unicodedata.category(unknown)
    if kind.startswith("Z") or unknown == "\t":
        return " "
    if kind in ("Cc", "Cf", "Mn", "Me"):
        return ""
    # « Ÿ » is read in « Y »; of a picture nothing is left.
    plain = "".join(one for one in unicodedata.normalize("NFKD", unknown) if unicodedata.category(one) != "Mn")
    return plain if plain and all(ord(one) in _letters() for one in plain) else UNKNOWN


@cache
def _letters() -> frozenset[int]:
    found: set[int] = set()
    for line in (FONTS / "letters.txt").read_text().split():
        first, _, last = line.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)
