"""What becomes of each line, in a sentence: taken, corrected or refused, and why."""

import csv
from collections import Counter
from enum import StrEnum
from typing import NamedTuple, TextIO


class Outcome(StrEnum):
    TAKEN = "pris"
    CORRECTED = "corrigé"
    REFUSED = "refusé"


class Line(NamedTuple):
    table: str
    number: int
    key: str
    outcome: Outcome
    sentence: str


class Report:
    """Lines as they come; a taken line is counted, and listed only where something is to be said of it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.taken: Counter[str] = Counter()

    def take(self, table: str) -> None:
        self.taken[table] += 1

    def correct(self, table: str, number: int, key: str, sentence: str) -> None:
        self.lines.append(Line(table, number, key, Outcome.CORRECTED, sentence))

    def refuse(self, table: str, number: int, key: str, sentence: str) -> None:
        self.lines.append(Line(table, number, key, Outcome.REFUSED, sentence))

    @property
    def refused(self) -> int:
        return sum(line.outcome is Outcome.REFUSED for line in self.lines)

    def summary(self) -> str:
        """Few lines for a screen."""
        said = Counter((line.table, line.outcome) for line in self.lines)
        tables = dict.fromkeys([*self.taken, *(line.table for line in self.lines)])
        rows = [
            f"{table} : {self.taken[table]} pris"
            + "".join(f", {said[table, one]} {one.value}(s)" for one in list(Outcome)[1:] if said[table, one])
            for table in tables
        ]
        return "\n".join(rows) or "Rien à reprendre."

    def write(self, file: TextIO) -> None:
        """As a CSV that a spreadsheet opens."""
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["fichier", "ligne", "nom", "issue", "explication"])
        for line in self.lines:
            writer.writerow([line.table, line.number, _plain(line.key), line.outcome.value, _plain(line.sentence)])


def _plain(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
