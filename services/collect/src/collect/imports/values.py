"""Read a cell as people and tools write it: « 7,5 Go », « 16384 MB », « 12/03/2019 », « x2 »."""

import math
import re
from datetime import date, timedelta
from functools import lru_cache

from collect.donations.limits import MAX_QUANTITY
from collect.eligibility.plain import plain

_NUMBER = re.compile(
    r"^\s*(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,18}(?:[.,]\d{1,12})?(?:e[+-]?\d{1,2})?)"
    r"\s*(?P<unit>[a-z]*)\s*$",
    re.IGNORECASE,
)
# What stands beside a size and says nothing of it.
_BESIDE = re.compile(
    r"\([^)]*\)|\b(?:ssd|hdd|nvme|sata|m\.?2|e?mmc|flash|disque(?: dur)?|ram|soud[ée]e?s?"
    r"|(?:lp)?ddr\d?x?(?:[ -]\d{4})?)\b",
    re.IGNORECASE,
)
# A spreadsheet's marks of « this is a text »: '8, ="0012345".
_MARKED = re.compile(r"""^\s*(?:'|=")|(?<!\d)"\s*$|"\s*$""")
# Gigabytes in one unit; inventories mix French and English letters, and binary with decimal names.
_UNITS = {
    "": None,
    "g": 1.0, "go": 1.0, "gb": 1.0, "gib": 1.0, "gio": 1.0,
    "m": 1 / 1024, "mo": 1 / 1024, "mb": 1 / 1024, "mib": 1 / 1024, "mio": 1 / 1024,
    "giga": 1.0, "gigas": 1.0, "k": 1 / 1024**2, "ko": 1 / 1024**2, "kb": 1 / 1024**2, "kib": 1 / 1024**2,
    "t": 1024.0, "to": 1024.0, "tb": 1024.0, "tib": 1024.0, "tio": 1024.0,
    **{f"{letter}{word}": size for letter, size in (("k", 1 / 1024**2), ("m", 1 / 1024), ("g", 1.0), ("t", 1024.0))
       for word in ("byte", "bytes", "octet", "octets")},
}  # fmt: skip
_IN_1000S = {1024.0: 1000.0, 1 / 1024: 1e-3, 1 / 1024**2: 1e-6, 1 / 2**30: 1e-9}
_AS_SOLD = 0.002
"""How little a disk has above what is printed on it: 250,059 Mo are 250 Go."""
_BYTES_FROM = 100_000_000
# Sizes that are sold, in gigabytes. What a system reports is less: in 1024s, and without what graphics took.
_SOLD_RAM = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0, 128.0)
_WITH_A_SYSTEM = (16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0)
"""Of telephones and of soldered memories, which tell what is left beside their system: 107,374 MB of 128 GB."""
_LEAST_SHOWN = 0.8
_SOLD_STORAGE = (8.0, 16.0, 32.0, 64.0, 120.0, 128.0, 240.0, 250.0, 256.0, 320.0, 480.0, 500.0, 512.0, 1000.0, 2000.0)
_OF_WHAT_IS_SOLD = 0.92
_IN_1024S = 2**30 / 1e9
_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
_SHORT_DATE = re.compile(r"^\s*\d{1,2}[/.-]\d{1,2}[/.-](\d{2})\s*$")
_MONTH_AND_YEAR = re.compile(r"^(?:\d{1,2} )?([a-z]{3,9}) (\d{2})$")
_MONTH_NAMES = """
jan janv janvier fev fevr fevrier mar mars avr avril mai juin juil juillet aou aout sep sept septembre oct octobre nov
novembre dec decembre january feb february march apr april may jun june jul july aug august september october november
december
"""
_MONTHS = frozenset(_MONTH_NAMES.split())
_SPREADSHEET_EPOCH = date(1899, 12, 30)
# Days that a spreadsheet writes for 1990 to 2100 when a date column lost its format.
_SPREADSHEET_DAYS = range(32_874, 73_415)


_QUANTITY = re.compile(
    r"\s*[x×]?\s*(\d{1,3}[ \u00a0\u202f]\d{3}|\d{1,6})(?:[.,]0+)?"
    r"\s*(?:[x×]|pcs?\.?|pi[eè]ces?|unit[eé]s?|u\.?|ex\.?)?\s*",
    re.IGNORECASE,
)


class Unread(ValueError):
    """The cell is not what its column promises."""


@lru_cache(maxsize=1024)
def gigabytes(text: str, *, unit: str | None = None, megabytes_from: float, of_a_disk: bool = False) -> float:
    """Return gigabytes. `unit`: the one named in the column's header, for cells that name none.

    Without any unit a number from `megabytes_from` on is megabytes: GLPI and others export so. Several media or
    modules in one cell ("8 Go + 8 Go", "2x8 Go") are added up. Memory counts in 1024s, a disk in 1000s as it is sold:
    « 256 000 Mo » is 256 Go, unless what is meant is what a system reports (244198 Mo). Raises Unread.
    """
    total = 0.0
    for part in re.split(r"(?<!\d[eE])\+|[;/&]| et ", _BESIDE.sub(" ", unmarked(text))):
        total += _one_size(part, unit, megabytes_from, of_a_disk)
    return round(total, 3)


def _one_size(text: str, unit: str | None, megabytes_from: float, of_a_disk: bool) -> float:
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
        factor = 1 / 2**30 if number >= _BYTES_FROM else 1 / 1024 if number >= megabytes_from else 1.0
    if of_a_disk and factor != 1.0:
        nominal = number * _IN_1000S[factor]
        sold = next((sold for sold in _SOLD_STORAGE if abs(nominal - sold) <= _AS_SOLD * sold), None)
        # A terabyte is one of a thousand, sold or not; of less it is told by whether such a disk is sold.
        size = count * (sold or (nominal if factor > 1 else _reported(number * factor)))
    else:
        size = count * number * factor
    if size > 1_000_000:
        raise Unread(text)
    return size


def _reported(size: float) -> float:
    """A disk of so many 1024s that a system reports: where none is sold near it, the system keeps a part for itself."""
    if sold_storage(size) != size or any(abs(size - sold) < 0.005 * sold for sold in _SOLD_STORAGE):
        return size
    above = next((sold for sold in _WITH_A_SYSTEM if size * _IN_1024S <= sold), None)
    return above if above is not None and size * _IN_1024S >= _LEAST_SHOWN * above else size


def unmarked(text: str) -> str:
    """A cell without a spreadsheet's marks of « this is a text »."""
    return _MARKED.sub("", text) if text[:1] in "'=" else text


def sold_memory(size: float) -> float:
    """The memory that is printed on what reports this much: 3.875 → 4, 7.8 → 8; as it is when nothing is near."""
    return next((sold for sold in _SOLD_RAM if _OF_WHAT_IS_SOLD * sold <= size <= sold), size)


def sold_storage(size: float) -> float:
    """The same of a disk: 59.6 → 64, 238.47 → 256, 465.8 → 500."""
    if any(abs(size - sold) < 0.005 * sold for sold in _SOLD_STORAGE):
        return size
    near = min(_SOLD_STORAGE, key=lambda sold: abs(size * _IN_1024S - sold))
    return near if abs(size * _IN_1024S - near) <= 0.025 * near else size


@lru_cache(maxsize=1024)
def year(text: str) -> int:
    """Return the year of a year, a date in any usual order, or a spreadsheet's day number. Raises Unread."""
    found = _YEAR.search(text)
    if found:
        return int(found.group(1))
    short = _SHORT_DATE.match(text)
    if short:  # 1/23/23 and 23/01/23 say the same year
        return 2000 + int(short.group(1))
    if (named := _MONTH_AND_YEAR.match(plain(text))) is not None and named.group(1) in _MONTHS:  # 31-déc.-20, déc-20
        return 2000 + int(named.group(2))
    if (month := re.fullmatch(r"\s*(?:0?[1-9]|1[0-2])/(\d\d)\s*", text)) is not None:
        return 2000 + int(month.group(1))
    if (packed := re.fullmatch(r"\s*(19[89]\d|20\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s*", text)) is not None:
        return int(packed.group(1))
    digits = text.strip().replace(",", ".")
    if re.fullmatch(r"\d{5}(\.\d+)?", digits) and int(float(digits)) in _SPREADSHEET_DAYS:
        return (_SPREADSHEET_EPOCH + timedelta(days=int(float(digits)))).year
    raise Unread(text)


def quantity(text: str) -> int:
    """Return a count of devices from 1. « 10 », « 10,0 », « x10 », « 10 pcs », « 1 000 ». Raises Unread."""
    found = _QUANTITY.fullmatch(unmarked(text))
    count = int(re.sub(r"\D", "", found.group(1))) if found is not None else 0
    if not 1 <= count <= MAX_QUANTITY:
        raise Unread(text)
    return count


def typed(name: str, text: str) -> str:
    """What somebody typed beside « Mémoire (Go) » and the like: « 7,5 », « 8 Go », « 10 pcs »; else as it is."""
    try:
        if name in ("ram_gb", "storage_gb"):
            size = gigabytes(text, unit="go", megabytes_from=math.inf, of_a_disk=name == "storage_gb")
            return f"{size:.15g}"
        if name in ("quantity", "year"):
            return str(quantity(text) if name == "quantity" else year(text))
    except Unread:
        pass
    return text
