"""A folder of tables as rows of text, whatever its bytes are."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from filiere.movein.report import Report
from filiere.movein.templates import TABLES
from filiere.sheets.reading import NotAWorkbook, looks_like_a_workbook, sheets

MAX_BYTES = 256 * 1024 * 1024
LONGEST = 200
"""Characters of a cell that are read."""
_ENCODINGS = ("utf-8-sig", "cp1252")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `said`: what its known columns say; an empty cell says nothing."""

    number: int
    said: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "")


Tables = Mapping[str, list[Row]]


def read_folder(folder: Path, report: Report) -> Tables:
    """Each table that is there, as CSV or as a workbook of the same name."""
    found: dict[str, list[Row]] = {}
    for table in TABLES:
        for path in (folder / f"{table}.csv", folder / f"{table}.xlsx"):
            if path.exists():
                found[table] = read_table(table, path.read_bytes() if path.stat().st_size <= MAX_BYTES else b"", report)
                break
    return found


def read_table(table: str, content: bytes, report: Report) -> list[Row]:
    """The rows below the titles; what no column of ours is called is named once, and not read."""
    lines = _lines(table, content, report)
    first = next(lines, None)
    if first is None:
        report.refuse(table, 0, "", "Le fichier est vide, trop long, ou n'est pas une table.")
        return []
    known = {column.name for column in TABLES[table]}
    titles = [_title(cell) for cell in first[1]]
    if strangers := sorted({one for one in titles if one and one not in known}):
        report.correct(table, first[0], "", f"Colonnes qui ne sont pas lues : {', '.join(strangers)[:300]}.")
    if missing := [one.name for one in TABLES[table] if one.is_needed and one.name not in titles]:
        report.refuse(table, first[0], "", f"Il manque : {', '.join(missing)}.")
        return []
    return [Row(number, _said(titles, cells, known)) for number, cells in lines]


def _said(titles: Sequence[str], cells: Sequence[str], known: Set[str]) -> dict[str, str]:
    named = ((title, clean(cell)) for title, cell in zip(titles, cells, strict=False) if title in known)
    return {title: text for title, text in named if text}


def decoded(content: bytes) -> str:
    """As UTF-16 where it says so, as UTF-8, else as old Windows wrote it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def delimited(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV, by whichever delimiter stands most in its first line."""
    start = text[:4000].split("\n", 1)[0]
    delimiter = max(";\t,|", key=start.count)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        yield reader.line_num, cells


def clean(cell: str) -> str:
    """In one line, without what nobody sees, not longer than is kept."""
    if not cell.isprintable():
        cell = "".join(one if one.isprintable() else " " for one in cell)
    return " ".join(cell.split())[:LONGEST]


def _lines(table: str, content: bytes, report: Report) -> Iterator[tuple[int, list[str]]]:
    if not looks_like_a_workbook(content[:4]):
        yield from _filled(delimited(decoded(content)))
        return
    try:
        for sheet in sheets(io.BytesIO(content)):
            yield from _filled(sheet.rows)
            return
    except NotAWorkbook as error:
        report.refuse(table, 0, "", str(error))


def _filled(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    return ((number, cells) for number, cells in lines if any(cell.strip() for cell in cells))


def _title(cell: str) -> str:
    return clean(cell).lower().replace(" ", "_")
