"""A table pasted from a spreadsheet: the same as a file, with or without a row of titles."""

import contextlib
import io
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, Self

from collect.donations.limits import MAX_LINES
from collect.eligibility.judge import JudgedLine
from collect.imports.parsing import columns_of
from collect.imports.reading import Corrections, Source, Unreadable, inspect
from collect.imports.rows import judged_rows
from collect.imports.schemas import ColumnOut

_ENCODING = "utf-8"
# In the order of the form's fields, for a table without titles.
_TITLES = ("Type", "Quantité", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Année", "RAM (Go)", "Disque (Go)")


class PastedTable(NamedTuple):
    """A table whose columns are known. `has_titles`: its own, else those of the form stand above it."""

    content: str
    source: Source
    has_titles: bool

    @classmethod
    def opened(cls, text: str, corrections: Corrections | None = None) -> Self:
        """By what its donor said of such columns before. Raises Unreadable."""
        content = text.strip("\r\n").replace("\r\n", "\n")
        with contextlib.suppress(Unreadable):
            source = inspect(_file(content), _ENCODING, corrections=corrections)
            if source.header_row:  # what is pasted beside the form is in its order, and nothing is guessed
                return cls(content, source, has_titles=True)
        delimiter = next((sign for sign in "\t;|" if sign in content), "\t")
        titled = f"{delimiter.join(_TITLES)}\n{content}"
        return cls(titled, inspect(_file(titled), _ENCODING, (delimiter,)), has_titles=False)

    @property
    def columns(self) -> list[ColumnOut]:
        """Those that hold something, or have a title of their own."""
        found = [ColumnOut.model_validate(column) for column in columns_of(self.source)]
        return [column for column in found if self.has_titles or column.examples]

    def taken_for(self, fields: Mapping[str, str]) -> Self:
        """The same table, its columns (by their names) taken for these fields. Raises Unreadable."""
        corrections = {self.source.heading: fields}
        source = inspect(_file(self.content), _ENCODING, (self.source.delimiter,), corrections)
        return self._replace(source=source)

    def lines(self, on: date) -> list[JudgedLine]:
        """Its rows, judged. Raises Unreadable."""
        return list(judged_rows(_file(self.content), self.source, on, MAX_LINES))


def _file(content: str) -> io.BytesIO:
    return io.BytesIO(content.encode(_ENCODING, "replace"))
