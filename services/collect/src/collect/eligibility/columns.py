"""Judged lines as columns, for `unnest`, and as text for COPY: thousands of rows in one statement."""

import json
import re
from collections.abc import Sequence
from typing import Any

from filiere.catalogue import Category

from collect.eligibility.judge import JudgedLine, LineVerdict
from collect.eligibility.lines import Equipment

# Both tables that hold judged lines share these columns, in this order.
LINE_COLUMNS = (
    "position, quantity, category, written_category, manufacturer, model, serial, asset_tag, year, ram_gb, storage_gb, "
    "verdict, rule, reason, imeis, flags, cells"
)
LINE_TYPES = (*["int[]"] * 2, *["text[]"] * 6, "int[]", *["float8[]"] * 2, *["text[]"] * 6)


def parameters(first: int) -> str:
    """`$first::int[], …`: the arrays of `arrays()` as parameters from `$first` on."""
    return ", ".join(f"${first + n}::{kind}" for n, kind in enumerate(LINE_TYPES))


SELECTED = (
    LINE_COLUMNS.removesuffix("imeis, flags, cells")
    + "string_to_array(imeis, ','), string_to_array(flags, ','), cells::jsonb"
)


def arrays(lines: Sequence[JudgedLine]) -> list[list[Any]]:
    """One array per column of LINE_COLUMNS."""
    rows = [_values(line) for line in lines]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in LINE_TYPES]


def _values(line: JudgedLine) -> tuple[Any, ...]:
    return (
        line.position,
        line.equipment.quantity,
        line.equipment.category.value if line.equipment.category else None,
        line.equipment.written_category,
        line.equipment.manufacturer,
        line.equipment.model,
        line.equipment.serial,
        line.equipment.asset_tag,
        line.equipment.year,
        line.equipment.ram_gb,
        line.equipment.storage_gb,
        line.verdict.value,
        line.rule,
        line.reason,
        ",".join(line.equipment.imeis),
        ",".join(line.flags),
        json.dumps(dict(line.cells), ensure_ascii=False) if line.cells else None,
    )


# While a piece is put together: between cells, between rows, for what is not there.
_CELL, _ROW, _NOTHING = "\x1f", "\x1e", "\x1d"
_LISTS = tuple(LINE_COLUMNS.split(", ").index(name) for name in ("imeis", "flags"))
_OURS = re.compile(f"[{_CELL}{_ROW}{_NOTHING}\0]")
_ESCAPED = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"), (_CELL, "\t"), (_ROW, "\n"), (_NOTHING, "\\N"))


def copied(lines: Sequence[JudgedLine]) -> bytes:
    """The lines as COPY reads them: LINE_COLUMNS, one line each, escaped all at once."""
    rows = [[_NOTHING if one is None else str(one) for one in _values(line)] for line in lines]
    for row in rows:
        for column in _LISTS:
            row[column] = f"{{{row[column]}}}"
    text = "".join(f"{_CELL.join(row)}{_ROW}" for row in rows)
    if text.count(_CELL) != (len(LINE_TYPES) - 1) * len(rows) or text.count(_ROW) != len(rows) or "\0" in text:
        clean = [[one if one == _NOTHING else _OURS.sub(" ", one) for one in row] for row in rows]
        text = "".join(f"{_CELL.join(row)}{_ROW}" for row in clean)
    for written, escaped in _ESCAPED:
        text = text.replace(written, escaped)
    return text.encode(errors="replace")


def copied_with(first: Sequence[object], lines: bytes) -> bytes:
    """Lines of `copied` with the same first columns before each; these need no escape."""
    before = "".join(f"{one}\t" for one in first).encode()
    return before + lines[:-1].replace(b"\n", b"\n" + before) + b"\n" if lines else b""


def line_of(row: Any) -> JudgedLine:
    """A judged line from a database row with LINE_COLUMNS."""
    return JudgedLine(
        position=row["position"],
        equipment=Equipment(
            quantity=row["quantity"],
            category=Category(row["category"]) if row["category"] else None,
            written_category=row["written_category"],
            manufacturer=row["manufacturer"],
            model=row["model"],
            serial=row["serial"],
            asset_tag=row["asset_tag"],
            year=row["year"],
            ram_gb=row["ram_gb"],
            storage_gb=row["storage_gb"],
            imeis=tuple(row["imeis"]),
        ),
        verdict=LineVerdict(row["verdict"]),
        rule=row["rule"],
        reason=row["reason"],
        flags=tuple(row["flags"]),
        cells=_cells(row["cells"]),
    )


def _cells(value: Any) -> dict[str, str]:
    """A driver hands jsonb over as text, a list's as what it means."""
    found: dict[str, str] = json.loads(value) if isinstance(value, str) else value or {}
    return found
