"""Where a journal does not hold. Pure: the database's entries and an archive's are read by the same eyes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from distribute.till_journal.entry import BEFORE_THE_FIRST, fingerprint
from distribute.till_journal.status import MOVES, EntryKind, Means

_WHOLE = "whole"
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
    CLOSING = "closing"


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
    BreakKind.CLOSING: "La clôture de l'écriture %(n)s ne correspond pas aux écritures qu'elle couvre.",
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
    _unclosed: list[tuple[int, str, Counter[str]]] = field(default_factory=list)  # moves that no day covers yet
    _months: dict[str, Counter[str]] = field(default_factory=dict)
    _left: int = 0  # in the drawer, by the closing before

    @property
    def sequence(self) -> int:
        """Number of the last entry that was read."""
        return self._sequence

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
            if undone is None or not _takes_back(undone, parts, in_part="part_of" in content["details"]):
                self._found(sequence, BreakKind.UNDO)

        if content["kind"] in MOVES:
            taken = _taken(content)
            self._unclosed.append((sequence, content["day"], taken))
            self._months.setdefault(content["day"][:7], Counter()).update(taken)
        elif not self._closes(content["kind"], content["details"]):
            self._found(sequence, BreakKind.CLOSING)

    def _closes(self, kind: str, said: Mapping[str, Any]) -> bool:
        """Whether a closing says what the entries that it covers say."""
        if kind != EntryKind.CLOSE_DAY:
            whole: Counter[str] = Counter()
            for month, sums in self._months.items():
                if month.startswith(said["period"]):
                    whole.update(sums)
            return _says(said, whole)
        covered = [one for one in self._unclosed if one[0] <= said["through"]]
        self._unclosed = self._unclosed[len(covered) :]
        taken: Counter[str] = Counter()
        for _, _, sums in covered:
            taken.update(sums)
        expected = self._left + taken[Means.CASH]
        cash_holds = (
            said["cash_before_cents"] == self._left
            and said["cash_expected_cents"] == expected
            and said["cash_difference_cents"] == said["cash_counted_cents"] - expected
        )
        self._left = said["cash_left_cents"]
        return cash_holds and bool(covered) and covered[-1][0] == said["through"] and _says(said, taken)

    def _found(self, sequence: int, kind: BreakKind) -> None:
        self.breaks.append(Break(sequence, kind))


def _taken(content: Mapping[str, Any]) -> Counter[str]:
    """Cents per means, and the whole."""
    taken: Counter[str] = Counter()
    for part in ("person", "structure"):
        if content[f"{part}_means"]:
            taken[content[f"{part}_means"]] += content[f"{part}_cents"]
        taken[_WHOLE] += content[f"{part}_cents"]
    return taken


def _takes_back(paid: tuple[int, int], parts: tuple[int, int], *, in_part: bool) -> bool:
    """Whether a minus entry takes back what was paid: all of it, or of each side no more than it paid."""
    if not in_part:
        return parts == (-paid[0], -paid[1])
    return all(0 <= -part <= one for part, one in zip(parts, paid, strict=True)) and sum(parts) < 0


def _says(said: Mapping[str, Any], taken: Counter[str]) -> bool:
    by_means = {means: cents for means, cents in taken.items() if cents and means != _WHOLE}
    return bool(said["amount_cents"] == taken[_WHOLE] and said["by_means"] == by_means)
