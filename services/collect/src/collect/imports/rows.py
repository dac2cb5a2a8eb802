"""From the cells of a row to a judged line."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import BinaryIO, Literal, NamedTuple, TypedDict

from collect.donations.limits import MAX_QUANTITY
from collect.eligibility.judge import Judge, JudgedLine, LineVerdict, unreadable
from collect.eligibility.lines import LOST, Described, Equipment, Understood, described, equipment, of_a_thing
from collect.eligibility.personal_data import names_in, number_of_a_thing
from collect.eligibility.plain import plain
from collect.eligibility.unknown import uncertain
from collect.imports.headers import Layout
from collect.imports.own_export import OwnExport
from collect.imports.reading import TOO_LONG, Source, Unreadable, records
from collect.imports.values import Unread, gigabytes, quantity, sold_memory, sold_storage, unmarked, year

MAX_CELL = 200
# Without a unit, memory from 512 and storage from 8192 on can only be megabytes.
_MEGABYTES_FROM = {"ram_gb": 512.0, "storage_gb": 8192.0}
_FLAG = {"ram_gb": "memory-unread", "storage_gb": "storage-unread", "year": "year-unread"}
_UNREAD = frozenset(_FLAG.values())
_NUMBERS = frozenset({"serial", "imei", "imei2", "asset_tag"})
SHIFTED = "shifted-row"
_TOO_LONG = "Cette ligne contient une cellule trop longue."
_TOTAL = re.compile(r"(?:(?:sous|grand) )?(?:total|totaux)(?: (?:general|generaux))?")
# What a file of faulty rows gives back. The operating system helps to recognise a category and is not kept.
_WRITTEN = frozenset(
    ("category", "quantity", "manufacturer", "model", "serial", "imei", "imei2", "asset_tag", "year", "ram_gb")
) | {"storage_gb", "mark"}


Row = tuple[int, Sequence[str]]
"""Its number and its cells."""


class Numbers(TypedDict, total=False):
    """What a row says in figures, as far as it can be read."""

    year: int
    ram_gb: float
    storage_gb: float


def judged_rows(file: BinaryIO, source: Source, on: date, max_rows: int) -> Iterator[JudgedLine]:
    """Every row's verdict, one at a time. Raises Unreadable, also past `max_rows` rows."""
    judge = RowJudge(source.layout, on)
    for number, cells in at_most(max_rows, records(file, source)):
        yield judge.judged(number, cells)


def at_most(count: int, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows. Raises Unreadable when there are more."""
    left = iter(rows)
    yield from islice(left, count)
    if next(left, None) is not None:
        raise Unreadable(f"Le fichier a plus de {count} lignes : découpez-le.")


# What many rows of a fleet say alike, in any order.
_DESCRIBING = ("quantity", "category", "system", "manufacturer", "model", "year", "ram_gb", "storage_gb")
_REMEMBERED = 20_000  # descriptions


_Key = tuple[tuple[str, ...], str]
"""The describing cells, and whether there is an IMEI."""


class _Known(NamedTuple):
    """What rows of these cells say: `words` for a name among them; None for one that is looked at alone."""

    said: Described | None
    unread: tuple[str, ...]
    words: frozenset[str]


def _picking(indexes: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Takes the cells at these indexes out of a row."""
    if len(indexes) > 1:
        return itemgetter(*indexes)
    return lambda cells: tuple(cells[index] for index in indexes)


class RowJudge:
    """Judges the rows of one file. A fleet has thousands of machines and dozens of models: these are read once."""

    def __init__(self, layout: Layout, on: date) -> None:
        self._layout, self._judge = layout, Judge(on)
        columns = layout.columns
        self.described_by = [columns[name] for name in _DESCRIBING if name in columns]
        self.describing = _picking(self.described_by)
        self._people = _picking(layout.naming)
        self._serial, self._imei, self._tag = (columns.get(name) for name in ("serial", "imei", "asset_tag"))
        self._imei2 = columns.get("imei2")
        self._known: dict[_Key, _Known] = {}
        self._own = OwnExport.among(layout.headers)
        self.is_each_alone = self._own is not None or "mark" in columns
        """Whether what a row says is always more than what describes its device, and its numbers."""

    def judged(self, number: int, cells: Sequence[str]) -> JudgedLine:
        """The verdict on one row; an error names the cell that must be corrected."""
        if cells == TOO_LONG:
            return unreadable(number, Equipment(), "long-cell", _TOO_LONG)
        line = self._judged(number, cells)
        return line if self._own is None else self._own.known(line, cells)

    def is_new(self, number: int, serial: str, tag: str) -> bool:
        """Remember the device of a row that is not judged here; False when it may be one that was met before."""
        return self._judge.is_new(number, serial or None, tag or None)

    def _judged(self, number: int, cells: Sequence[str]) -> JudgedLine:
        layout = self._layout
        if len(cells) != len(layout.headers):
            return judged(self._judge, number, cells, layout)
        imei = "" if self._imei is None else cells[self._imei].strip()
        imei2 = "" if self._imei2 is None else cells[self._imei2].strip()
        key = (self.describing(cells), "imei" if imei or imei2 else "")
        known = self._known.get(key) or self._look(key, cells)
        names = names_in(self._people(cells))
        if known.said is None or (names and not names.isdisjoint(known.words)):
            return judged(self._judge, number, cells, layout)
        serial = "" if self._serial is None else cells[self._serial].strip()[:MAX_CELL]
        tag = "" if self._tag is None else cells[self._tag].strip()[:MAX_CELL]
        imeis = unmarked(imei[:MAX_CELL]), unmarked(imei2[:MAX_CELL])
        found = known.said.numbered(unmarked(serial), imeis[0], tag, names, imeis[1])
        line = self._judge.judge(number, found.equipment, (*found.flags, *known.unread))
        return _with_what_was_written(line, cells, layout)

    def _look(self, key: _Key, cells: Sequence[str]) -> _Known:
        """What these cells say, when they are of one device and certain."""
        layout = self._layout
        values = {
            name: cells[layout.columns[name]].strip()[:MAX_CELL] for name in _DESCRIBING if name in layout.columns
        }
        words = frozenset(word for cell in key[0] for word in plain(cell).split())
        known = _Known(None, (), words)
        try:
            count = quantity(values["quantity"]) if values.get("quantity") else 1
        except Unread:
            count = 0
        if count == 1:
            numbers, unread = _numbers(values, layout)
            found = described(
                quantity=1,
                category=values.get("category"),
                system=values.get("system"),
                manufacturer=values.get("manufacturer"),
                model=values.get("model"),
                year=numbers.get("year"),
                ram_gb=numbers.get("ram_gb"),
                storage_gb=numbers.get("storage_gb"),
                has_imei=bool(key[-1]),
                names=frozenset(),
            )
            if uncertain(found.numbered(None, None, None, frozenset())) is None:
                known = _Known(found, tuple(unread), words)
        if len(self._known) < _REMEMBERED:
            self._known[key] = known
        return known


def judged(judge: Judge, number: int, cells: Sequence[str], layout: Layout) -> JudgedLine:
    """The verdict on one row; an error names the cell that must be corrected. What was written stays with it."""
    return _with_what_was_written(_judged(judge, number, cells, layout), cells, layout)


def _with_what_was_written(line: JudgedLine, cells: Sequence[str], layout: Layout) -> JudgedLine:
    if line.verdict is LineVerdict.ACCEPTED and not _UNREAD & set(line.flags) and "mark" not in layout.columns:
        return line
    return replace(line, cells=_written(line, cells, layout))


def _written(line: JudgedLine, cells: Sequence[str], layout: Layout) -> dict[str, str]:
    """Field → cell as it stands, without what it says of persons."""
    names = names_in([cells[index] for index in layout.naming if index < len(cells)])
    more = len(cells) - len(layout.headers)
    kept = {}
    for name, index in layout.columns.items():
        if line.verdict is LineVerdict.ACCEPTED and _FLAG.get(name) not in line.flags and name != "mark":
            continue
        # In a shifted row a cell may be that of a column about people.
        if line.rule == SHIFTED and any(index - more <= person <= index for person in layout.about_people):
            continue
        if name in _WRITTEN:
            kept[name] = _without(line, name, cells[index], names) or "" if index < len(cells) else ""
    return kept


def _without(line: JudgedLine, name: str, cell: str, names: frozenset[str]) -> str | None:
    if name == "serial" and line.equipment.serial:
        return line.equipment.serial
    if name == "asset_tag" and line.rule != SHIFTED:
        return line.equipment.asset_tag
    if name in _NUMBERS:
        cell = number_of_a_thing(cell)
    return of_a_thing(cell.strip()[:MAX_CELL], names)


def _judged(judge: Judge, number: int, cells: Sequence[str], layout: Layout) -> JudgedLine:
    values = {name: cells[index].strip()[:MAX_CELL] for name, index in layout.columns.items() if index < len(cells)}
    longer = len(cells) > len(layout.headers)
    if longer and (any(cell.strip() for cell in cells[len(layout.headers) :]) or _is_one_on(cells, layout)):
        reason = (
            f"La ligne a {len(cells)} cellules pour {len(layout.headers)} colonnes : un séparateur s'est glissé "
            "dans un texte, qu'il faut mettre entre guillemets."
        )
        return unreadable(number, Equipment(), SHIFTED, reason)
    if (word := next((cell.strip() for cell in cells if cell.strip()), "")) and _TOTAL.fullmatch(
        plain(word[:MAX_CELL])
    ):
        reason = f"« {word[:MAX_CELL]} » : une ligne de total, qui ne décrit aucun équipement. Supprimez-la."
        return unreadable(number, Equipment(), "total-row", reason)
    people = [cells[index] for index in layout.naming if index < len(cells)]
    try:
        count = quantity(values["quantity"]) if values.get("quantity") else 1
    except Unread:
        return unreadable(
            number,
            _equipment(values, 1, Numbers(), people).equipment,
            "bad-quantity",
            f"La quantité « {values['quantity']} » n'est pas un nombre d'équipements, de 1 à {MAX_QUANTITY}.",
        )
    numbers, unread = _numbers(values, layout)
    found = _equipment(values, count, numbers, people)
    flags = found.flags + unread
    if (why := uncertain(found)) is not None:
        return unreadable(number, found.equipment, *why)
    if count > 1 and (values.get("serial") or values.get("imei") or values.get("imei2")) and not LOST & set(flags):
        reason = f"Un numéro de série pour {count} équipements : faites une ligne par équipement."
        if not values.get("serial"):
            reason = f"Un IMEI pour {count} équipements : faites une ligne par équipement."
        return unreadable(number, found.equipment, "serial-and-quantity", reason)
    return judge.judge(number, found.equipment, tuple(flags))


def _is_one_on(cells: Sequence[str], layout: Layout) -> bool:
    """Say whether what a column promises in figures stands one cell further on, in a row of one cell too many."""
    told: tuple[tuple[str, Callable[[str], float]], ...] = (
        ("year", year),
        ("ram_gb", lambda cell: gigabytes(cell, megabytes_from=_MEGABYTES_FROM["ram_gb"])),
        ("storage_gb", lambda cell: gigabytes(cell, megabytes_from=_MEGABYTES_FROM["storage_gb"], of_a_disk=True)),
    )
    for name, read in told:
        if (index := layout.columns.get(name)) is not None:
            here, next_one = cells[index].strip()[:MAX_CELL], cells[index + 1].strip()[:MAX_CELL]
            if here and not _is_read(read, here) and _is_read(read, next_one):
                return True
    return False


def _is_read(read: Callable[[str], float], cell: str) -> bool:
    try:
        read(cell)
    except Unread:
        return False
    return True


def _equipment(values: dict[str, str], count: int, numbers: Numbers, people: Sequence[str]) -> Understood:
    return equipment(
        quantity=count,
        category=values.get("category"),
        system=values.get("system"),
        manufacturer=values.get("manufacturer"),
        model=values.get("model"),
        serial=unmarked(values.get("serial", "")),
        imei=unmarked(values.get("imei", "")),
        imei2=unmarked(values.get("imei2", "")),
        asset_tag=values.get("asset_tag"),
        about_people=people,
        **numbers,
    )


def _numbers(values: dict[str, str], layout: Layout) -> tuple[Numbers, list[str]]:
    """Year, memory and storage; a cell that cannot be read costs a remark, not the row."""
    numbers = Numbers()
    flags = []
    if values.get("year"):
        try:
            numbers["year"] = year(values["year"])
        except Unread:
            flags.append("year-unread")
    sizes: tuple[Literal["ram_gb", "storage_gb"], ...] = ("ram_gb", "storage_gb")
    for name in sizes:
        if values.get(name):
            try:
                size = gigabytes(
                    values[name],
                    unit=layout.units.get(name),
                    megabytes_from=_MEGABYTES_FROM[name],
                    of_a_disk=name == "storage_gb",
                )
                numbers[name] = sold_memory(size) if name == "ram_gb" else sold_storage(size)
            except Unread:
                flags.append(_FLAG[name])
    return numbers, flags
