"""A whole fleet file understood and judged, in pieces that can be kept. Pure; in this process or in one of its own.

    python -m collect.imports.parsing ENCODING DAY MAX_ROWS plain|packed|copy < corrections of columns in a line, file

says first how the file is read (`layout`) and how many rows a workbook has (`total`, else 0), then each piece of
judged rows as COPY takes them (`rows`, `size`) and the copy that is kept of a list (`copy`), or why the file is refused
(`refused`). `copy`: what is read is such a copy.
"""

import gc
import io
import json
import os
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
from collect.eligibility.judge import JudgedLine
from collect.imports import inventories, workbooks
from collect.imports.block import Block
from collect.imports.forms import Forms, Piece, piece_of
from collect.imports.headers import Layout, names_of
from collect.imports.kept_copy import Copy, opened
from collect.imports.reading import APART, Corrections, Source, Unreadable, inspect, records
from collect.imports.rows import Row, at_most
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
    pieces: Iterator[Piece]
    copy: Copy | None = None


def read(file: BinaryIO, encoding: str, on: date, max_rows: int, corrections: Corrections | None = None) -> Reading:
    """Understand and judge a text by the rules of a day. Raises Unreadable."""
    source = inspect(file, encoding, corrections=corrections)
    copy = Copy(source)
    found = contents(written(at_most(max_rows, records(file, source)), source.layout, on, copy))
    return Reading(layout_json(source), list(found), copy.finish())


def read_again(packed: bytes, on: date, max_rows: int, corrections: Corrections) -> Reading:
    """The same of a copy, which stays as it is. Raises Unreadable."""
    source, rows = opened(packed, corrections)
    return Reading(layout_json(source), list(contents(written(at_most(max_rows, rows), source.layout, on))))


def written(rows: Iterator[Row], layout: Layout, on: date, copy: Copy | None = None) -> Iterator[Piece]:
    """The rows of a list, judged; `copy` keeps them as they pass. Raises Unreadable."""
    forms = Forms(layout, on)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        block = Block(layout, some)
        if copy is not None:
            copy.add(block)
        yield forms.piece(block)


def written_lines(lines: Iterator[JudgedLine]) -> Iterator[Piece]:
    """The same of lines that are judged already."""
    while some := list(islice(lines, ROWS_AT_ONCE)):
        yield piece_of(some)


def contents(pieces: Iterator[Piece]) -> Iterator[bytes]:
    """What the pieces hold. Raises Unreadable, also for a file without any row."""
    devices: int | None = None
    for piece in pieces:
        devices = (devices or 0) + piece.devices
        if devices > MAX_DEVICES:
            raise Unreadable(
                f"Le fichier compte plus de {MAX_DEVICES} équipements : c'est le plus grand don possible. Découpez-le."
            )
        yield piece.content
    if devices is None:
        raise Unreadable("Le fichier a des titres de colonnes, mais aucune ligne en dessous.")


def layout_json(source: Source) -> str:
    """How a list is read, as it is kept: header names, and examples of what stands under them."""
    is_text, layout = source.sheet is None, source.layout
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
        table=columns_of(source),
    )


def columns_of(source: Source) -> list[dict[str, Any]]:
    """Each column: its title, the field it is taken for, examples of what stands under it."""
    layout = source.layout
    fields, names = {index: name for name, index in layout.columns.items()}, names_of(layout.headers)
    return [
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
    ]


def _layout(**known: Any) -> str:
    empty: dict[str, Any] = {"header_row": 0, "columns": {}, "ignored": [], "personal": []}
    return json.dumps(empty | known, ensure_ascii=False)


def understood(
    content: bytes, encoding: str, on: date, max_rows: int, corrections: Corrections | None = None
) -> Understood:
    """Any file about to be read. Raises Unreadable."""
    if encoding == APART and looks_like_an_inventory(content):
        tool, rows = inventories.of_one(content, on)
        return Understood(_layout(inventories=tool), 1, written_lines(rows))
    if encoding == APART and inventories.is_archive(content):
        total, rows = inventories.of_archive(content, on, max_rows)
        return Understood(_layout(inventories="archive"), total, written_lines(rows))
    if encoding == APART:
        file, name, total = as_csv(io.BytesIO(content), corrections)
        source = replace(inspect(file, workbooks.ENCODING, (workbooks.DELIMITER,), corrections), sheet=name)
    else:
        file, total = io.BytesIO(content), 0
        source = inspect(file, encoding, corrections=corrections)
    copy = Copy(source)
    pieces = written(at_most(max_rows, records(file, source)), source.layout, on, copy)
    return Understood(layout_json(source), total, pieces, copy)


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
            rows = at_most(int(max_rows), cells)
            file = Understood(layout_json(source), 0, written(rows, source.layout, date.fromisoformat(day)))
        else:
            file = understood(content, encoding, date.fromisoformat(day), int(max_rows), corrections)
        say(layout=file.layout, total=file.total)
        for piece in contents(file.pieces):
            say(piece, rows=piece.count(b"\n"), size=len(piece))
        if file.copy is not None:
            packed = file.copy.finish()
            say(packed, copy=len(packed))
    except Unreadable as error:
        say(refused=str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
    # All is said: to take a hundred thousand rows apart again piece by piece would keep the worker waiting.
    sys.stdout.flush()
    os._exit(0)
