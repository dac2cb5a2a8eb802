"""Rows as an XLSX, one after the other: memory does not grow with the file. Called in a thread.

Numbers are numbers and days are days; every text is a text, whatever it begins with: no cell is a formula.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

MOST_ROWS = 1_000_000
"""Rows of one sheet under its header; more go on in another. A spreadsheet has room for 1,048,576."""
_MOST_TEXT = 32_767  # characters of a cell
_EXACT = 10**15  # a cell holds 15 digits of a number
_FIRST_DAY = date(1900, 3, 1)  # before, spreadsheets count a day that never was
_WIDEST = 40


class XlsxWriting:
    """A workbook on its way into a file. `close` ends it."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        import xlsxwriter  # with the first workbook: 2 MB that most processes never need

        self._header = header
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": str(path.parent),
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy"})
        self._moment = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self._begin_sheet()

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            if self._next > MOST_ROWS:
                self._begin_sheet()
            for column, value in enumerate(row):
                if value is not None and value != "":
                    self._write(column, value)
            self._next += 1

    def close(self) -> None:
        self._book.close()

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for column, title in enumerate(self._header):
            self._sheet.set_column(column, column, min(max(len(title) + 2, 12), _WIDEST))
            self._sheet.write_string(0, column, title, self._bold)
        self._next = 1

    def _write(self, column: int, value: Any) -> None:
        sheet, row = self._sheet, self._next
        value = float(value) if isinstance(value, Decimal) else value
        if isinstance(value, bool):
            sheet.write_string(row, column, "oui" if value else "non")
        elif isinstance(value, int | float) and math.isfinite(value) and abs(value) < _EXACT:
            sheet.write_number(row, column, value)
        elif isinstance(value, datetime) and value.date() >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, self._moment)
        elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, self._day)
        else:
            sheet.write_string(row, column, str(value)[:_MOST_TEXT])
