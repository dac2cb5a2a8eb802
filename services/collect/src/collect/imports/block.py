"""Some rows of a list, column by column: what is asked of each cell is asked of a thousand at once."""

import re
from collections.abc import Sequence, Set
from functools import cached_property

from filiere.catalogue.contacts import TELEPHONE
from filiere.identifiers import is_junk_serial, is_label, is_serial_as_written, is_sim_number

from collect.eligibility.personal_data import SHORTEST_IN_TAG, SHORTEST_NAME, is_telephone, known_words, login
from collect.eligibility.plain import words_in_each
from collect.imports.headers import Layout

_TAG = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
_LONGEST_PERSON = 200
_SIM = re.compile(r"89(?:[.-]?\d){17,18}")
_SHORTEST_SIM = 19
_LABEL = 6  # letters and digits, and FIL before them


class Block:
    """Rows with their numbers. A row that has not as many cells as there are titles is empty in every column."""

    def __init__(self, layout: Layout, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        width = len(layout.headers)
        self.numbers = [number for number, _ in rows]
        self.rows = [row for _, row in rows]
        self.odd = {at for at, row in enumerate(self.rows) if len(row) != width}
        nothing = [""] * width
        self.whole = [nothing if at in self.odd else row for at, row in enumerate(self.rows)] if self.odd else self.rows
        self.columns: list[tuple[str, ...]] = list(zip(*self.whole, strict=True))
        self._people = layout.naming
        self._tags: dict[int, list[str | None]] = {}

    @cached_property
    def _said(self) -> list[str]:
        """Of each row the words of its cells about people."""
        people = [[login(cell)[:_LONGEST_PERSON] for cell in self.columns[index]] for index in self._people]
        if not people:
            return [""] * len(self.rows)
        return words_in_each([" ".join(cells) for cells in zip(*people, strict=True)])

    @cached_property
    def _names(self) -> Set[str]:
        """What may be somebody's name, as `personal_data.names_in` says."""
        words = set(" ".join(self._said).split())
        return {word for word in words if len(word) >= SHORTEST_NAME} - known_words()

    def naming(self, words: Set[str]) -> set[int]:
        """The rows one of whose people is called by one of these words."""
        found = self._names & words
        return {at for at, said in enumerate(self._said) if not found.isdisjoint(said.split())} if found else set()

    def serials(self, index: int | None) -> Sequence[str | None]:
        """The cells that are serials just as they stand, and the empty ones; None for those to look at one by one."""
        if index is None:
            return [""] * len(self.rows)
        return [
            cell if not cell or (is_serial_as_written(cell) and not _leads_to_somebody(cell)) else None
            for cell in self.columns[index]
        ]

    def tags(self, index: int | None) -> Sequence[str | None]:
        """The same of inventory numbers that tell devices apart: in one word, nobody's, and not our own label."""
        if index is None:
            return [""] * len(self.rows)
        if index not in self._tags:
            self._tags[index] = self._looked_at(self.columns[index])
        return self._tags[index]

    def _looked_at(self, column: Sequence[str]) -> list[str | None]:
        names, is_tag = self._names, _TAG.fullmatch
        telephones = TELEPHONE.search("\n".join(column)) is not None
        found: list[str | None] = []
        for cell, written, said in zip(column, words_in_each(column), self._said, strict=True):
            if not cell:
                found.append("")
                continue
            word = written.replace(" ", "")
            is_personal = telephones and TELEPHONE.search(cell) is not None
            for name in said.split():
                if name in word and len(name) >= SHORTEST_IN_TAG and name in names:
                    is_personal = True
            ordinary = (
                not is_personal
                and is_tag(cell) is not None
                and (len(cell) < _SHORTEST_SIM or not _SIM.search(cell))
                and not ((len(word) == _LABEL or word[:1] == "f") and is_label(cell))
                and (is_serial_as_written(word.upper()) or not is_junk_serial(cell))
            )
            found.append(cell if ordinary else None)
        return found


def _leads_to_somebody(serial: str) -> bool:
    """Say whether one that is a serial by its signs may be somebody's telephone, SIM card or, in letters, name."""
    return is_telephone(serial) or is_sim_number(serial) or serial.isalpha()
