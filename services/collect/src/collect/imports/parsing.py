"""A whole fleet file understood and judged, in pieces that can be kept. Pure; in this process or in one of its own.

    python -m collect.imports.parsing ENCODING DAY MAX_ROWS plain|packed|copy < corrections of columns in a line, file

says first how the file is read (`layout`) and how many rows a workbook has (`total`, else 0), then each piece of
judged rows as COPY takes them (`rows`, `size`) and the copy that is kept of a list (`copy`), or why the file is refused
(`refused`). `copy`: what is read is such a copy.
"""

import gc
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
from collect.eligibility.columns import copied
from collect.eligibility.judge import JudgedLine
from collect.imports import inventories, workbooks
from collect.imports.headers import names_of
from collect.imports.kept_copy import Copy, opened
from collect.imports.reading import APART, Corrections, Source, Unreadable, inspect
from collect.imports.rows import judged_cells, judged_rows
from collect.imports.workbooks import as_csv

ROWS_AT_ONCE = 1000
"""Rows in one piece: what the database is given at once, in a few milliseconds."""
# A file of 20 MB and 100,000 rows takes 5 s and 150 MB; an archive of 20 MB, inventories of 300 MB, 15 s.
_MOST_CPU_S = (60, 120)
_MOST_MEMORY = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as understood: `layout` as it is kept, the judged rows as COPY takes them, the copy of a list."""

    layout: str
    pieces: list[bytes]
    copy: bytes | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A file about to be read: `total` rows, 0 when nobody knows yet; the copy grows while the rows are read."""

    layout: str
    total: int
    rows: Iterator[JudgedLine]
    copy: Copy | None = None


def read(file: BinaryIO, encoding: str, on: date, max_rows: int, corrections: Corrections | None = None) -> Reading:
    """Understand and judge a text by the rules of a day. Raises Unreadable."""
    source = inspect(file, encoding, corrections=corrections)
    copy = Copy(source)
    found = list(pieces(judged_rows(file, source, on, max_rows, copy)))
    return Reading(layout_json(source), found, copy.finish())


def read_again(packed: bytes, on: date, max_rows: int, corrections: Corrections) -> Reading:
    """The same of a copy, which stays as it is. Raises Unreadable."""
    source, rows = opened(packed, corrections)
    return Reading(layout_json(source), list(pieces(judged_cells(rows, source.layout, on, max_rows))))


def pieces(rows: Iterator[JudgedLine]) -> Iterator[bytes]:
    """The judged rows as COPY takes them, some at a time. Raises Unreadable, also for a file without any row."""
    devices: int | None = None
    while piece := list(islice(rows, ROWS_AT_ONCE)):
        devices = (devices or 0) + sum(line.equipment.quantity for line in piece)
        if devices > MAX_DEVICES:
            raise Unreadable(
                f"Le fichier compte plus de {MAX_DEVICES} équipements : c'est le plus grand don possible. Découpez-le."
            )
        yield copied(piece)
    if devices is None:
        raise Unreadable("Le fichier a des titres de colonnes, mais aucune ligne en dessous.")


def layout_json(source: Source) -> str:
    """How a list is read, as it is kept: header names, and examples of what stands under them."""
    is_text, layout = source.sheet is None, source.layout
    fields, names = {index: name for name, index in layout.columns.items()}, names_of(layout.headers)
    return _layout(
        encoding=source.encoding if is_text else None,
        delimiter=source.delimiter if is_text else None,
        sheet=source.sheet,
        header_row=source.header_row,
        columns=layout.named(),
        ignored=list(layout.ignored),
        personal=list(layout.personal),
        heading=source.heading,
        corrected=source.corrected,
        table=[
            {
                "column": index,
                "name": names[index],
                "header": header,
                "field": fields.get(index),
                "closed": index in layout.about_people,
                "examples": source.examples[index],
            }
            for index, header in enumerate(layout.headers)
            if header or source.examples[index]
        ],
    )


def _layout(**known: Any) -> str:
    empty: dict[str, Any] = {"header_row": 0, "columns": {}, "ignored": [], "personal": []}
    return json.dumps(empty | known, ensure_ascii=False)


def understood(
    content: bytes, encoding: str, on: date, max_rows: int, corrections: Corrections | None = None
) -> Understood:
    """Any file about to be read. Raises Unreadable."""
    if encoding == APART and looks_like_an_inventory(content):
        tool, rows = inventories.of_one(content, on)
        return Understood(_layout(inventories=tool), 1, rows)
    if encoding == APART and inventories.is_archive(content):
        total, rows = inventories.of_archive(content, on, max_rows)
        return Understood(_layout(inventories="archive"), total, rows)
    if encoding == APART:
        file, name, total = as_csv(io.BytesIO(content), corrections)
        source = replace(inspect(file, workbooks.ENCODING, (workbooks.DELIMITER,), corrections), sheet=name)
    else:
        file, total = io.BytesIO(content), 0
        source = inspect(file, encoding, corrections=corrections)
    copy = Copy(source)
    return Understood(layout_json(source), total, judged_rows(file, source, on, max_rows, copy), copy)


def main(encoding: str, day: str, max_rows: str, how: str) -> None:
    """The process's side."""
    gc.disable()  # it keeps no circles, and ends in seconds
    bound(cpu_s=_MOST_CPU_S[encoding == APART], memory_bytes=_MOST_MEMORY)
    corrections: Corrections = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    content = zlib.decompress(content) if how == "packed" else content
    try:
        if how == "copy":
            source, cells = opened(content, corrections)
            rows = judged_cells(cells, source.layout, date.fromisoformat(day), int(max_rows))
            file = Understood(layout_json(source), 0, rows)
        else:
            file = understood(content, encoding, date.fromisoformat(day), int(max_rows), corrections)
        say(layout=file.layout, total=file.total)
        for piece in pieces(file.rows):
            say(piece, rows=piece.count(b"\n"), size=len(piece))
        if file.copy is not None:
            packed = file.copy.finish()
            say(packed, copy=len(packed))
    except Unreadable as error:
        say(refused=str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
