"""Where a journal does not hold. Pure: the database's entries and an archive's are read by the same eyes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from distribute.till_journal.entry import BEFORE_THE_FIRST, fingerprint
from distribute.till_journal.status import EntryKind

MOST_NAMED = 100  # of the entries that one gap has lost


class BreakKind(StrEnum):
    """What is wrong at an entry."""

    MISSING = "missing"
    CHANGED = "changed"
    UNCHAINED = "unchained"
    TOTAL = "total"
    DAY = "day"
    UNDO = "undo"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that does not hold, named by the number of its entry."""

    sequence: int
    kind: BreakKind

    @property
    def sentence_fr(self) -> str:
        return _SENTENCES[self.kind] % {"n": self.sequence}


_SENTENCES = {
    BreakKind.MISSING: "L'écriture %(n)s manque.",
    BreakKind.CHANGED: "L'écriture %(n)s a été modifiée : son empreinte ne correspond plus à son contenu.",
    BreakKind.UNCHAINED: "L'écriture %(n)s ne suit pas celle d'avant : la chaîne est rompue.",
    BreakKind.TOTAL: "L'écriture %(n)s porte un total perpétuel faux.",
    BreakKind.DAY: "L'écriture %(n)s est datée d'avant la précédente.",
    BreakKind.UNDO: "L'écriture %(n)s annule ce qu'elle ne peut pas annuler.",
    BreakKind.RECEIPT: "L'écriture %(n)s saute un numéro de reçu.",
}


@dataclass(slots=True)
class Examination:
    """Reads the entries of one Relais in their order, and remembers what does not hold."""

    breaks: list[Break] = field(default_factory=list)
    entries: int = 0
    total_cents: int = 0
    last_hash: str = BEFORE_THE_FIRST
    _sequence: int = 0
    _day: str = ""
    _open: dict[int, tuple[int, int]] = field(default_factory=dict)  # of sales and gifts that nobody undid
    _receipts: dict[str, int] = field(default_factory=dict)

    def read(self, content: Mapping[str, Any], said: str) -> None:
        """`said`: the fingerprint kept beside the content."""
        sequence = int(content["sequence"])
        for missing in range(self._sequence + 1, min(sequence, self._sequence + 1 + MOST_NAMED)):
            self._found(missing, BreakKind.MISSING)
        if fingerprint(content) != said:
            self._found(sequence, BreakKind.CHANGED)
        if sequence <= self._sequence or content["previous"] != self.last_hash:
            self._found(sequence, BreakKind.UNCHAINED)
        parts = (int(content["person_cents"]), int(content["structure_cents"]))
        self.total_cents += sum(parts)
        if content["total_cents"] != self.total_cents:
            self._found(sequence, BreakKind.TOTAL)
            self.total_cents = int(content["total_cents"])  # named once, where it begins
        if content["day"] < self._day:
            self._found(sequence, BreakKind.DAY)
        self._moves(sequence, content, parts)
        self.entries += 1
        self._sequence, self._day, self.last_hash = max(sequence, self._sequence), content["day"], said

    def _moves(self, sequence: int, content: Mapping[str, Any], parts: tuple[int, int]) -> None:
        if content["kind"] in (EntryKind.SALE, EntryKind.GIFT):
            self._open[sequence] = parts
            year, _, number = str(content["receipt"]).partition("-")
            if int(number) != self._receipts.get(year, 0) + 1:
                self._found(sequence, BreakKind.RECEIPT)
            self._receipts[year] = int(number)
        elif content["kind"] == EntryKind.UNDO:
            undone = self._open.pop(content["undoes"], None)
            if undone is None or parts != (-undone[0], -undone[1]):
                self._found(sequence, BreakKind.UNDO)

    def _found(self, sequence: int, kind: BreakKind) -> None:
        self.breaks.append(Break(sequence, kind))
