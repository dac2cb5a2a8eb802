"""The sheets of a workbook as rows of text: what a person sees in a cell, written as a CSV would hold it.

A workbook is read whole, and a few bytes of one may unpack to gigabytes: read what a stranger brings in a process of
its own (`filiere.jobs.process`), bounded in memory and CPU.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

MAX_SHEETS = 50
"""Sheets of one workbook that are looked at, hidden ones apart."""
NO_WORKBOOK = "Ce fichier n'est pas un classeur lisible (XLSX, ODS ou XLS), ni une archive ZIP entière."
_ZIP, _EMPTY_ZIP, _OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"
# A double holds every whole number up to here; a longer one in a cell has lost its last digits already.
_EXACT = 10**15

Cell = str | int | float | bool | date | datetime | time | timedelta


class NotAWorkbook(ValueError):
    """The file cannot be read as one; the message is a French sentence for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet. `rows`: each with its number as the spreadsheet shows it, from 1; empty ones are left out."""

    name: str
    rows: Iterator[tuple[int, list[str]]]


def looks_like_a_workbook(start: bytes) -> bool:
    """Say whether a file that begins so may be one: it is a zip archive, or of the older kind."""
    return start.startswith((_ZIP, _EMPTY_ZIP, _OLE))


def sheets(file: BinaryIO) -> Iterator[Sheet]:
    """The visible sheets, in the order of the workbook. Raises NotAWorkbook."""
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
    except PasswordError as error:
        raise NotAWorkbook("Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.") from error
    except (CalamineError, OSError, ValueError) as error:
        raise NotAWorkbook(NO_WORKBOOK) from error
    shown = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == Visible.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    for name in shown[:MAX_SHEETS]:
        try:
            found = book.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError) as error:
            raise NotAWorkbook(f"La feuille « {name} » n'est pas lisible.") from error
        yield Sheet(name, _rows(found))


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Calamine gives every row from the first of the sheet on, but only the columns from the first that is used."""
    before = [""] * (sheet.start or (0, 0))[1]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [text_of(cell) for cell in row]
        if any(cells):
            yield number, before + cells


def text_of(cell: Cell) -> str:
    """A cell as a CSV would hold it: 16.0 → `16`, a day → `2020-12-31`, true → `oui`; line breaks become spaces."""
    if isinstance(cell, str):
        return " ".join(cell.split()) if "\n" in cell or "\r" in cell else cell
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        # As the spreadsheet itself shows what is too long for it: « 3,19512345678901E+17 ».
        if abs(cell) >= _EXACT:
            return f"{cell:.14E}".replace("E+0", "E+")
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
