"""A workbook as the CSV of its sheet of devices: everything after that reads it as any other file.

Called in a process of its own only, see `parsing`.
"""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from filiere.sheets.reading import NotAWorkbook, sheets

from collect.imports.headers import heading_of, layout_of, promise
from collect.imports.reading import HEADER_WITHIN, MAX_COLUMNS, MAX_EMPTY, Corrections, Unreadable, titles_of_table

ENCODING = "utf-8"
DELIMITER = "\x1f"
"""Stands in no cell that a person typed."""


def as_csv(file: BinaryIO, corrections: Corrections | None = None) -> tuple[BinaryIO, str, int]:
    """(the sheet whose heading names most of our columns, or was corrected before, its name, its rows).

    Where none names any, the first sheet that is a table: somebody says what its columns hold.

    Row numbers stay those of the sheet.

    Raises Unreadable.
    """
    score, best, table = 0, None, None
    try:
        for sheet in sheets(file):
            first = list(islice(sheet.rows, HEADER_WITHIN))
            its_score = max((_score(cells[:MAX_COLUMNS], corrections or {}) for _, cells in first), default=0)
            if its_score > score:
                score, best = its_score, (sheet.name, *_written(chain(first, sheet.rows)))
            elif best is None and table is None and titles_of_table(first) is not None:
                table = (sheet.name, *_written(chain(first, sheet.rows)))
    except NotAWorkbook as error:
        raise Unreadable(str(error)) from error
    best = best or table
    if best is None:
        raise Unreadable(
            "Aucune feuille du classeur n'a de colonnes reconnues. Donnez un titre aux colonnes, par exemple : "
            "Type ; Marque ; Modèle ; N° de série ; Année ; RAM (Go)."
        )
    name, content, rows = best
    return content, name, rows


def _score(cells: list[str], corrections: Corrections) -> int:
    if corrections and len(cells) > 1 and heading_of(cells) in corrections:
        return MAX_COLUMNS  # somebody has said what these columns are
    return layout_of(cells).score if promise(cells)[1] else 0


def _written(rows: Iterator[tuple[int, list[str]]]) -> tuple[io.BytesIO, int]:
    content = io.BytesIO()
    text = io.TextIOWrapper(content, encoding=ENCODING, errors="replace", newline="", write_through=True)
    writer = csv.writer(text, delimiter=DELIMITER)
    last = count = 0
    for number, cells in rows:
        if number - last > MAX_EMPTY:
            raise Unreadable(f"La feuille a plus de {MAX_EMPTY} lignes vides : supprimez-les.")
        text.write("\r\n" * (number - last - 1))
        writer.writerow(cells)
        last, count = number, count + 1
    text.detach()
    return content, count
