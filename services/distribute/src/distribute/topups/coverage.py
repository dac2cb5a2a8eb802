"""Where an operator's network hardly works: a CSV that the operator of the network fills, from what Relais tell.

`operator;place;says;source`, with `place` the code of a commune (48095) or of a département (48). What is known of a
commune counts before what is known of its département. Nothing is known of a place that the file does not name.
"""

import csv
import io
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

COLUMNS = ["operator", "place", "says", "source"]
MOST_LINES = 50_000
_PLACE = re.compile(r"\d[0-9AB]\d{3}|\d[0-9AB]\d?")


class Hardly(NamedTuple):
    """What is known of an operator somewhere, and who said so."""

    says: str
    source: str


class NotACoverageFile(ValueError):
    """The file is none; the message names the line."""


class Coverage:
    """All that a file says."""

    def __init__(self, known: dict[tuple[str, str], Hardly]) -> None:
        self._known = known

    def of(self, operator: str, insee: str | None, territory: str) -> Hardly | None:
        """What is known of an operator where a Relais is."""
        name = operator.strip().casefold()
        return self._known.get((name, insee or "")) or self._known.get((name, territory))


def read(text: str) -> Coverage:
    """What a file says. Raises NotACoverageFile."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    if not rows or rows[0] != COLUMNS:
        raise NotACoverageFile(f"its first line must be {';'.join(COLUMNS)}")
    if len(rows) > MOST_LINES:
        raise NotACoverageFile(f"it has more than {MOST_LINES} lines")
    known: dict[tuple[str, str], Hardly] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        cells = [one.strip() for one in row]
        if len(cells) != len(COLUMNS) or not all(cells) or not _PLACE.fullmatch(cells[1]) or len(cells[2]) > 300:
            raise NotACoverageFile(f"line {number} is not an operator, a place, what it says and its source")
        known[cells[0].casefold(), cells[1]] = Hardly(cells[2], cells[3])
    return Coverage(known)


def coverage(path: Path | None) -> Coverage:
    """What the setting's file says, read again once it was changed; the package's example when none is set.

    Raises NotACoverageFile.
    """
    if path is None:
        return _packaged()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise NotACoverageFile("it cannot be opened") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotACoverageFile("it is no text in UTF-8, or no CSV") from error


def trouble_with(path: Path | None) -> str | None:
    """Why the file of the settings is not read; None when it is."""
    try:
        coverage(path)
    except NotACoverageFile as error:
        return str(error)
    return None


@lru_cache(maxsize=1)
def _packaged() -> Coverage:
    return read(files("distribute").joinpath("topups/data/coverage.csv").read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Coverage:
    return read(path.read_text(encoding="utf-8"))
