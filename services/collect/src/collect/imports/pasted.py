"""A table pasted from a spreadsheet: the same as a file, with or without a row of titles."""

import contextlib
import io
from datetime import date
from typing import NamedTuple

from collect.donations.limits import MAX_LINES
from collect.eligibility.judge import JudgedLine
from collect.imports.reading import Corrections, Source, Unreadable, inspect
from collect.imports.rows import judged_rows

_ENCODING = "utf-8"
# In the order of the form's fields, for a table without titles.
_TITLES = ("Type", "Quantité", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Année", "RAM (Go)", "Disque (Go)")


class Pasted(NamedTuple):
    """A table that was read. `unread`: titles of its columns that are none of ours; `personal`: of those about people,
    which are never read.
    """

    lines: list[JudgedLine]
    unread: tuple[str, ...]
    personal: tuple[str, ...]


def pasted_lines(text: str, on: date, corrections: Corrections | None = None) -> Pasted:
    """The rows of a pasted table, judged, by what its donor said of such columns before. Raises Unreadable."""
    content = text.strip("\r\n").replace("\r\n", "\n")
    file, source = _opened(content, corrections)
    lines = list(judged_rows(file, source, on, MAX_LINES))
    return Pasted(lines, source.layout.ignored, source.layout.personal)


def _opened(content: str, corrections: Corrections | None) -> tuple[io.BytesIO, Source]:
    file = io.BytesIO(content.encode(_ENCODING, "replace"))
    with contextlib.suppress(Unreadable):
        source = inspect(file, _ENCODING, corrections=corrections)
        if source.header_row:  # what is pasted beside the form is in its order, and nothing is guessed
            return file, source
    delimiter = next((sign for sign in "\t;|" if sign in content), "\t")
    titled = io.BytesIO(f"{delimiter.join(_TITLES)}\n{content}".encode(_ENCODING, "replace"))
    return titled, inspect(titled, _ENCODING, (delimiter,))
