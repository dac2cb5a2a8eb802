"""Read a cell as people and tools write it: « 7,5 Go », « 16384 MB », « 12/03/2019 », « x2 »."""

import re
from datetime import date, timedelta
from functools import lru_cache

from collect.donations.ceilings import MAX_QUANTITY

_NUMBER = re.compile(
    r"^\s*(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?)\s*(?P<unit>[a-z]*)\s*$", re.IGNORECASE
)
# Gigabytes in one unit; inventories mix French and English letters, and binary with decimal names.
_UNITS = {
    "": None,
    "g": 1.0, "go": 1.0, "gb": 1.0, "gib": 1.0, "gio": 1.0,
    "m": 1 / 1024, "mo": 1 / 1024, "mb": 1 / 1024, "mib": 1 / 1024, "mio": 1 / 1024,
    "t": 1024.0, "to": 1024.0, "tb": 1024.0, "tib": 1024.0, "tio": 1024.0,
}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
_SHORT_DATE = re.compile(r"^\s*\d{1,2}[/.-]\d{1,2}[/.-](\d{2})\s*$")
_SPREADSHEET_EPOCH = date(1899, 12, 30)
# Days that a spreadsheet writes for 1990 to 2100 when a date column lost its format.
_SPREADSHEET_DAYS = range(32_874, 73_415)


class Unread(ValueError):
    """The cell is not what its column promises."""


@lru_cache(maxsize=1024)
def gigabytes(text: str, *, unit: str | None = None, megabytes_from: float) -> float:
    """Return gigabytes. `unit`: the one named in the column's header, for cells that name none.

    Without any unit a number from `megabytes_from` on is megabytes: GLPI and others export so. Several media or
    modules in one cell ("8 Go + 8 Go", "2x8 Go") are added up. Raises Unread.
    """
    total = 0.0
    for part in re.split(r"[+;/&]| et ", text):
        total += _one_size(part, unit, megabytes_from)
    return round(total, 3)


def _one_size(text: str, unit: str | None, megabytes_from: float) -> float:
    times = re.match(r"^\s*(\d)\s*[x×*]\s*(?=\d)", text, re.IGNORECASE)
    count = int(times.group(1)) if times else 1
    found = _NUMBER.match(text[times.end() :] if times else text)
    if found is None:
        raise Unread(text)
    number = float(re.sub(r"[ \u00a0\u202f]", "", found.group("number")).replace(",", "."))
    written = found.group("unit").lower() or (unit or "").lower()
    if written not in _UNITS:
        raise Unread(text)
    factor = _UNITS[written]
    if factor is None:
        factor = 1 / 1024 if number >= megabytes_from else 1.0
    size = count * number * factor
    if size > 1_000_000:
        raise Unread(text)
    return size


@lru_cache(maxsize=1024)
def year(text: str) -> int:
    """Return the year of a year, a date in any usual order, or a spreadsheet's day number. Raises Unread."""
    found = _YEAR.search(text)
    if found:
        return int(found.group(1))
    short = _SHORT_DATE.match(text)
    if short:  # 1/23/23 and 23/01/23 say the same year
        return 2000 + int(short.group(1))
    digits = text.strip().replace(",", ".")
    if re.fullmatch(r"\d{5}(\.\d+)?", digits) and int(float(digits)) in _SPREADSHEET_DAYS:
        return (_SPREADSHEET_EPOCH + timedelta(days=int(float(digits)))).year
    raise Unread(text)


def quantity(text: str) -> int:
    """Return a count of devices from 1. « 10 », « 10,0 », « x10 ». Raises Unread."""
    found = re.fullmatch(r"\s*[x×]?\s*(\d{1,6})(?:[.,]0+)?\s*", text, re.IGNORECASE)
    if found is None or not 1 <= int(found.group(1)) <= MAX_QUANTITY:
        raise Unread(text)
    return int(found.group(1))
