"""A whole fleet file understood and judged, in pieces that can be kept. Pure; in this process or in one of its own.

    python -m collect.imports.parsing ENCODING DAY MAX_ROWS plain|packed < file

says first how the file is read (`layout`) and how many rows a workbook has (`total`, else 0), then each piece of
judged rows as columns in JSON (`rows`, `size`), or why the file is refused (`refused`).
"""

import io
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

from filiere.inventories.reading import looks_like_an_inventory
from filiere.jobs.process import bound, say

from collect.donations.limits import MAX_DEVICES
from collect.eligibility.columns import arrays
from collect.eligibility.judge import JudgedLine
from collect.imports import inventories, workbooks
from collect.imports.reading import APART, Source, Unreadable, inspect
from collect.imports.rows import judged_rows
from collect.imports.workbooks import as_csv

ROWS_AT_ONCE = 500
"""Rows in one piece: what the database is given at once, in a few milliseconds."""
Columns = list[list[Any]]
# A file of 20 MB and 50,000 rows takes 3 s and 150 MB; an archive of 20 MB, inventories of 300 MB, 15 s.
_MOST_CPU_S = (60, 120)
_MOST_MEMORY = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as understood: `layout` as it is kept, the judged rows in pieces of columns."""

    layout: str
    pieces: list[Columns]


def read(file: BinaryIO, encoding: str, on: date, max_rows: int) -> Reading:
    """Understand and judge a text by the rules of a day. Raises Unreadable."""
    source = inspect(file, encoding)
    return Reading(layout_json(source), list(pieces(judged_rows(file, source, on, max_rows))))


def pieces(rows: Iterator[JudgedLine]) -> Iterator[Columns]:
    """The judged rows as columns, some at a time. Raises Unreadable, also for a file without any row."""
    devices: int | None = None
    while piece := list(islice(rows, ROWS_AT_ONCE)):
        devices = (devices or 0) + sum(line.equipment.quantity for line in piece)
        if devices > MAX_DEVICES:
            raise Unreadable(
                f"Le fichier compte plus de {MAX_DEVICES} équipements : c'est le plus grand don possible. Découpez-le."
            )
        yield arrays(piece)
    if devices is None:
        raise Unreadable("Le fichier a des titres de colonnes, mais aucune ligne en dessous.")


def layout_json(source: Source) -> str:
    """How a list is read, as it is kept: header names only."""
    is_text = source.sheet is None
    return _layout(
        encoding=source.encoding if is_text else None,
        delimiter=source.delimiter if is_text else None,
        sheet=source.sheet,
        header_row=source.header_row,
        columns=source.layout.named(),
        ignored=list(source.layout.ignored),
        personal=list(source.layout.personal),
    )


def _layout(**known: Any) -> str:
    empty: dict[str, Any] = {"header_row": 0, "columns": {}, "ignored": [], "personal": []}
    return json.dumps(empty | known, ensure_ascii=False)


def understood(content: bytes, encoding: str, on: date, max_rows: int) -> tuple[str, int, Iterator[JudgedLine]]:
    """(layout, how many rows or 0 when nobody knows yet, the rows) of any file. Raises Unreadable."""
    if encoding != APART:
        source = inspect(file := io.BytesIO(content), encoding)
        return layout_json(source), 0, judged_rows(file, source, on, max_rows)
    if looks_like_an_inventory(content):
        tool, rows = inventories.of_one(content, on)
        return _layout(inventories=tool), 1, rows
    if inventories.is_archive(content):
        total, rows = inventories.of_archive(content, on, max_rows)
        return _layout(inventories="archive"), total, rows
    sheet, name, total = as_csv(io.BytesIO(content))
    source = replace(inspect(sheet, workbooks.ENCODING, (workbooks.DELIMITER,)), sheet=name)
    return layout_json(source), total, judged_rows(sheet, source, on, max_rows)


def main(encoding: str, day: str, max_rows: str, how: str) -> None:
    """The process's side."""
    bound(cpu_s=_MOST_CPU_S[encoding == APART], memory_bytes=_MOST_MEMORY)
    content = sys.stdin.buffer.read()
    content = zlib.decompress(content) if how == "packed" else content
    try:
        layout, total, rows = understood(content, encoding, date.fromisoformat(day), int(max_rows))
        say(layout=layout, total=total)
        for piece in pieces(rows):
            written = json.dumps(piece, ensure_ascii=False).encode()
            say(written, rows=len(piece[0]), size=len(written))
    except Unreadable as error:
        say(refused=str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
