"""A table of what is told: each number, and whether more of it may be among what is not told. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from distribute.statistics.repository import Sum


class Cell(NamedTuple):
    """What is known to be there, and whether that is all."""

    number: int
    is_all: bool


class Line(NamedTuple):
    """A row; `label` is None for what is told without saying which row it is of."""

    word: str | None
    label: str | None
    cells: Sequence[Cell]
    total: Cell


class Crossed(NamedTuple):
    """Rows, then their sum; the last column is what is told without saying which column it is of."""

    columns: Sequence[str]
    lines: Sequence[Line]
    total: Cell
    elsewhere: int


def crossed(sums: Iterable[Sum], rows: Mapping[str, str], columns: Mapping[str, str]) -> Crossed:
    """The table of these sums."""
    found = list(sums)
    lines = [_line(found, row, rows[row], columns) for row in rows]
    if any(one.is_sure and one.row is None for one in found):
        lines.append(_line(found, None, None, columns))
    total = Cell(sum(one.number for one in found if one.is_sure), all(one.is_sure for one in found))
    elsewhere = sum(one.number for one in found if not one.is_sure)
    return Crossed(list(columns.values()), lines, total, elsewhere)


def _line(found: Sequence[Sum], row: str | None, label: str | None, columns: Mapping[str, str]) -> Line:
    cells = [_cell(found, row, column) for column in (*columns, None)]
    sure = sum(one.number for one in found if one.is_sure and one.row == row)
    is_all = not any(not one.is_sure or one.row is None for one in found) if row is not None else True
    return Line(row, label, cells, Cell(sure, is_all))


def _cell(found: Sequence[Sum], row: str | None, column: str | None) -> Cell:
    number = sum(one.number for one in found if one.is_sure and (one.row, one.column) == (row, column))
    if row is None or column is None:
        return Cell(number, True)
    maybe = any(
        one.row in (row, None) and one.column in (column, None) and (not one.is_sure or None in (one.row, one.column))
        for one in found
    )
    return Cell(number, not maybe)
