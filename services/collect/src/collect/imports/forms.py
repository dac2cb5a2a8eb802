"""The rows of a list judged and written as COPY takes them.

A fleet has thousands of machines and dozens of models: rows that describe the same device differ in their place, serial
and inventory number only. The second such row is judged with these left open, and what is then written is the form that
all others fill in. A row of which more is to be said (an odd number, a name among its words, a device met before) is
judged by itself, as the first is.
"""

from datetime import date
from typing import NamedTuple

from collect.eligibility.columns import copied
from collect.eligibility.judge import JudgedLine, LineVerdict
from collect.eligibility.lines import clean
from collect.eligibility.plain import words_in
from collect.imports.block import Block
from collect.imports.headers import Layout
from collect.imports.rows import RowJudge

_OPEN = "7FORM7"
_SERIAL, _TAG = f"{_OPEN}SERIAL", f"{_OPEN}TAG"
_MOST = 20_000  # forms, and descriptions met once

_Key = tuple[tuple[str, ...], bool, bool]
"""The cells that describe, and whether there is a serial, and an inventory number."""


class Piece(NamedTuple):
    """Judged rows as COPY takes them, and the devices that they declare."""

    rows: int
    devices: int
    content: bytes


def piece_of(lines: list[JudgedLine]) -> Piece:
    return Piece(len(lines), sum(line.equipment.quantity for line in lines), copied(lines))


class Forms:
    """Judges and writes the rows of one file, block by block."""

    def __init__(self, layout: Layout, on: date) -> None:
        self._layout, self._on = layout, on
        self._judge = RowJudge(layout, on)
        self._serial, self._tag = (layout.columns.get(name) for name in ("serial", "asset_tag"))
        self._imeis = [layout.columns[name] for name in ("imei", "imei2") if name in layout.columns]
        self._forms: dict[_Key, str | None] = {}
        self._met: set[_Key] = set()
        self._words: set[str] = set()

    def piece(self, block: Block) -> Piece:
        """The rows of the block, which are the next of the file."""
        serials, tags = block.serials(self._serial), block.tags(self._tag)
        keys = list(zip(map(self._judge.describing, block.whole), map(bool, serials), map(bool, tags), strict=True))
        if not self._judge.is_each_alone and (new := set(keys) - self._forms.keys()):
            for key in keys:
                if key in new:
                    self._meet(key)
        alone = block.odd | block.naming(self._words)
        for column in self._imeis:
            alone |= {at for at, imei in enumerate(block.columns[column]) if imei}
        form_of, is_new = self._forms.get, self._judge.is_new
        written, apart, lines = [], [], []
        for at, (number, key, serial, tag) in enumerate(zip(block.numbers, keys, serials, tags, strict=True)):
            form = form_of(key)
            if form is not None and serial is not None and tag is not None and at not in alone:
                tag = tag.upper()
                if is_new(number, serial, tag):
                    written.append(form.format(number, serial, tag))
                    continue
            apart.append(at)
            lines.append(self._judge.judged(number, block.rows[at]))
            written.append("")
        found = piece_of(lines)
        for at, line in zip(apart, found.content.decode().split("\n"), strict=False):
            written[at] = f"{line}\n"
        devices = found.devices + len(written) - len(apart)
        return Piece(len(written), devices, "".join(written).encode())

    def _meet(self, key: _Key) -> None:
        if key in self._forms or len(self._forms) >= _MOST:
            return
        if key in self._met:
            self._forms[key] = self._form(key)
        elif len(self._met) < _MOST:
            self._met.add(key)

    def _form(self, key: _Key) -> str | None:
        """What rows of these cells say, as `str.format` takes it: the number of the row, the serial, the tag."""
        described, has_serial, has_tag = key
        if _OPEN in "".join(described):
            return None
        row = [""] * len(self._layout.headers)
        for index, cell in zip(self._judge.described_by, described, strict=True):
            row[index] = cell
        if has_serial and self._serial is not None:
            row[self._serial] = _SERIAL
        if has_tag and self._tag is not None:
            row[self._tag] = _TAG
        line = RowJudge(self._layout, self._on).judged(0, row)
        if line.verdict is LineVerdict.ERROR or line.equipment.quantity != 1:
            return None
        self._words.update(word for cell in described for word in (*words_in(cell), *words_in(clean(cell) or "")))
        written = copied([line]).decode().removeprefix("0").replace("{", "{{").replace("}", "}}")
        return "{0}" + written.replace(_SERIAL, "{1}").replace(_TAG, "{2}")
