"""A table pasted from a spreadsheet: the same as a file, with or without a row of titles."""

import contextlib
import io
from datetime import date

from collect.donations.limits import MAX_LINES
from collect.eligibility.judge import JudgedLine
from collect.imports.reading import Source, Unreadable, inspect
from collect.imports.rows import judged_rows

_ENCODING = "utf-8"
# In the order of the form's fields, for a table without titles.
_TITLES = ("Type", "Quantité", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Année", "RAM (Go)", "Disque (Go)")


def pasted_lines(text: str, on: date) -> list[JudgedLine]:
    """The rows of a pasted table, judged. Raises Unreadable."""
    content = text.strip("\r\n").replace("\r\n", "\n")
    file, source = _opened(content)
    return list(judged_rows(file, source, on, MAX_LINES))


def _opened(content: str) -> tuple[io.BytesIO, Source]:
    file = io.BytesIO(content.encode(_ENCODING, "replace"))
    with contextlib.suppress(Unreadable):
        source = inspect(file, _ENCODING)
        if source.header_row:  # what is pasted beside the form is in its order, and nothing is guessed
            return file, source
    delimiter = next((sign for sign in "\t;|" if sign in content), "\t")
    titled = io.BytesIO(f"{delimiter.join(_TITLES)}\n{content}".encode(_ENCODING, "replace"))
    return titled, inspect(titled, _ENCODING, (delimiter,))
