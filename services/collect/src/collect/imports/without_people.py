"""The cells of a row without the people in them: what may be shown of a column, and kept until a list is declared.

A column about people leaves nothing. Of one that is read, what `personal_data` leaves. Of one that is not, the words
that name equipment or hold a digit: nobody knows yet what it says, and a remark may name anybody.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache

from filiere.catalogue.contacts import TELEPHONE

from collect.eligibility.lines import clean
from collect.eligibility.personal_data import is_personal, known_words, names_in, number_of_a_thing, without_persons
from collect.eligibility.plain import plain, words_in_each
from collect.imports.block import Block
from collect.imports.headers import Layout

SHOWN = 3
"""Cells of a column that are shown as examples."""
_LONGEST_SHOWN = 40
BEYOND = "…"
"""Stands for a cell beyond the last column: that there was one matters, not what it said."""
_MAX_DIGITS = 16  # an IMEI has 15; a SIM card's number 19 or 20
_LOGIN = re.compile(r"[a-z]+(?:[._-][a-z]+)*\d{0,4}")
_MAIL = re.compile(r"\S@\S")
_NUMBER_AND_LETTERS = re.compile(r"(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{1,30}")
# What stands beside a figure, and what systems are called.
_BESIDE = """
go gb gio gib mo mb mio mib to tb tio tib ko kb giga gigas ram ddr ssd hdd nvme sata emmc flash disque x pcs unites
windows pro home linux ubuntu debian mac macos os ios ipados android chrome chromeos janvier fevrier mars avril mai juin
juillet aout septembre octobre novembre decembre
"""
# Of the cells of a column: from here on it is one of telephones, of addresses or of logins.
_MOST = 0.5
_ENOUGH = 2


_Way = Callable[[str, frozenset[str]], str]
_REMEMBERED = 2000  # cells of one column
_NOBODY: frozenset[str] = frozenset()


class Cleaner:
    """Cleans the rows of one file. A fleet has thousands of machines and dozens of models: theirs are cleaned once."""

    def __init__(self, layout: Layout) -> None:
        self._people = layout.naming
        self._ways: list[_Way] = [_facts] * len(layout.headers)
        for name, index in layout.columns.items():
            self._ways[index] = _WAYS.get(name, _text)
        for index in layout.machines:
            self._ways[index] = _machine
        for index in layout.about_people:
            self._ways[index] = _nothing
        self._remembered: list[dict[str, str]] = [{} for _ in layout.headers]
        self._words: set[str] = set()

    def cells(self, row: Sequence[str]) -> list[str]:
        """As many cells as the row has, each without people."""
        names = names_in([row[index] for index in self._people if index < len(row)])
        cells = [way(cell, names) for way, cell in zip(self._ways, row, strict=False)]
        return cells if len(row) == len(cells) else cells + [BEYOND if one.strip() else "" for one in row[len(cells) :]]

    def block(self, block: Block) -> list[Sequence[str]]:
        """The same of each row of a block, column by column; where a row's people are named in it, by itself."""
        alone, columns = set(block.odd), []
        for index, (way, cells) in enumerate(zip(self._ways, block.columns, strict=True)):
            if way is _nothing:
                columns.append([""] * len(cells))
            elif way is _tag or way is _machine:
                tags = block.tags(index)
                alone |= {at for at, tag in enumerate(tags) if tag is None}
                # An ordinary tag is nobody's and clean: it stands as it is.
                columns.append([tag or "" if way is _tag else way(tag or "", _NOBODY) for tag in tags])
            else:
                found, words = self._cleaned(index, set(cells))
                alone |= block.naming(words)
                columns.append([found[cell] for cell in cells])
        alone |= block.naming(self._words)
        rows: list[Sequence[str]] = list(zip(*columns, strict=True))
        for at in alone:
            rows[at] = self.cells(block.rows[at])
        return rows

    def _cleaned(self, index: int, cells: set[str]) -> tuple[dict[str, str], set[str]]:
        """Cells of a column as they are for a row that names nobody of them, and the words of those seen first."""
        remembered, way = self._remembered[index], self._ways[index]
        new = list(cells - remembered.keys())
        found = {cell: way(cell, _NOBODY) for cell in new}
        # Of what cannot be printed `clean` makes spaces, so other words.
        words = set(
            " ".join(words_in_each([*new, *(_cleaned(cell) for cell in new if not cell.isprintable())])).split()
        )
        if len(remembered) + len(new) <= _REMEMBERED:
            remembered |= found
            self._words |= words
            return remembered, words
        return remembered | found, words


def examples(layout: Layout, rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Of each column the first different cells that hold something, shortened."""
    cleaner = Cleaner(layout)
    found: list[list[str]] = [[] for _ in layout.headers]
    for row in rows:
        for cells, cell in zip(found, cleaner.cells(row), strict=False):
            short = cell if len(cell) <= _LONGEST_SHOWN else f"{cell[: _LONGEST_SHOWN - 1].rstrip()}…"
            if short and len(cells) < SHOWN and short not in cells:
                cells.append(short)
    return found


def about_people(layout: Layout, rows: Sequence[Sequence[str]]) -> list[int]:
    """The columns about people by their title, and those that no title tells whose cells are telephones, addresses or
    logins. Of a column that is read each cell is cleaned by itself: one telephone among inventory numbers closes none.
    """
    read = set(layout.columns.values())
    found = list(layout.about_people)
    for index in range(len(layout.headers)):
        if index in read or index in layout.about_people:
            continue
        cells = [row[index].strip() for row in rows if index < len(row) and row[index].strip()]
        reached = sum(bool(_MAIL.search(cell) or TELEPHONE.search(cell)) for cell in cells)
        logins = len({cell for cell in cells if _is_login(cell)})
        if len(cells) >= _ENOUGH and (reached >= _MOST * len(cells) or logins > max(_MOST * len(cells), 1)):
            found.append(index)
    return found


def _is_login(word: str) -> bool:
    return bool(_LOGIN.fullmatch(word)) and not _known() & set(re.findall(r"[a-z]+", word))


def _nothing(cell: str, names: frozenset[str]) -> str:
    return ""


def _text(cell: str, names: frozenset[str]) -> str:
    return cell if _says_nobody(cell, names) else without_persons(_cleaned(cell), names)


def _number(cell: str, names: frozenset[str]) -> str:
    return _text(number_of_a_thing(cell), names)


def _tag(cell: str, names: frozenset[str]) -> str:
    text = _cleaned(number_of_a_thing(cell))
    return "" if is_personal(text, names) else text


def _machine(cell: str, names: frozenset[str]) -> str:
    return "" if is_personal(_cleaned(cell), names) else _facts(cell, names)


def _facts(cell: str, names: frozenset[str]) -> str:
    if _says_nobody(cell, names):
        return cell
    return _only_facts(without_persons(_cleaned(cell), names))


def _says_nobody(cell: str, names: frozenset[str]) -> bool:
    """Say whether it is one word in capitals and digits, both: a serial, a reference."""
    return _NUMBER_AND_LETTERS.fullmatch(cell) is not None and cell.lower() not in names


_WAYS: dict[str, _Way] = {"asset_tag": _tag, "serial": _number, "imei": _number, "imei2": _number}


@lru_cache(maxsize=8192)  # thousands of machines, dozens of models
def _cleaned(cell: str) -> str:
    return clean(cell) or ""


@lru_cache(maxsize=8192)
def _only_facts(text: str) -> str:
    return " ".join(word for word in text.split() if _is_fact(word))


def _is_fact(word: str) -> bool:
    digits = sum(character.isdigit() for character in word)
    if digits:
        return digits <= _MAX_DIGITS and not _is_login(word)
    parts = plain(word).split()
    return bool(parts) and all(part in _known() for part in parts)


@cache
def _known() -> frozenset[str]:
    return known_words() | frozenset(_BESIDE.split())
