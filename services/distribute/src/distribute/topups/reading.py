"""A CSV of codes, line by line. Pure. No sentence repeats a code: it would end in a log, or on somebody's screen."""

import csv
import io
import re
from datetime import date
from typing import NamedTuple

MOST_CODES = 5_000
MOST_BYTES = 512 * 1024
SHOWN = 100  # wrong lines that are told one by one; the others are counted
_CODE = re.compile(r"(?=.*\d)[0-9A-Za-z*#]{4,40}")  # a word without a figure is a title that nobody knows
_TITLES = ("code", "codes", "code pin", "recharge", "pin", "numero", "numéro", "iccid")  # the surest first
_DAYS = re.compile(r"expir|date|valab|valid|limite|p[ée]remption|[ée]ch[ée]ance|\bfin\b|\bdlu\b")
_FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class Line(NamedTuple):
    """A code that was read, with the line it stands on, from 1."""

    number: int
    code: str
    expires_on: date | None


class Wrong(NamedTuple):
    """A line that is not taken, and why."""

    number: int
    why: str


class Unreadable(ValueError):
    """The file is none at all; the message is a French sentence."""


def read(content: bytes, today: date) -> tuple[list[Line], list[Wrong]]:
    """(codes, wrong lines). The first column, or the one titled « code »; a day after which it does not work beside it.

    Raises Unreadable.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"Ce fichier est trop grand : {MOST_BYTES // 1024} Ko au plus.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Unreadable("Ce fichier n'est pas du texte : enregistrez la liste en CSV.")
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise Unreadable("Ce fichier n'est pas un CSV entier.") from error
    if len(rows) > MOST_CODES + 1:
        raise Unreadable(f"Ce fichier a trop de lignes : {MOST_CODES} codes au plus à la fois.")
    code_at, day_at, first = _columns(rows[0]) if rows else (0, 1, 0)
    lines: list[Line] = []
    wrong: list[Wrong] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[first:], first + 1):
        cells = [one.strip() for one in row]
        if not any(cells):
            continue
        code = re.sub(r"[\s.-]", "", cells[code_at]) if code_at < len(cells) else ""
        # Figures are written in groups; a word with a space in it is a title, « Recharge 2 Go ».
        if not _CODE.fullmatch(code) or (re.search(r"\s", cells[code_at]) and not code.isdecimal()):
            wrong.append(Wrong(number, "Ce n'est pas un code : de 4 à 40 chiffres ou lettres."))
        elif code in seen:
            wrong.append(Wrong(number, f"Ce code est déjà à la ligne {seen[code]}."))
        else:
            try:
                expires_on = _day(cells[day_at]) if day_at < len(cells) and cells[day_at] else None
            except ValueError:
                wrong.append(Wrong(number, "Cette date n'est pas lisible : écrivez 31/12/2027."))
                continue
            if expires_on is not None and expires_on < today:
                wrong.append(Wrong(number, "Ce code ne marche déjà plus : sa date est passée."))
                continue
            seen[code] = number
            lines.append(Line(number, code, expires_on))
    if not lines and not wrong:
        raise Unreadable("Ce fichier est vide.")
    return lines, wrong


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(";,\t", key=first.count)


def _columns(row: list[str]) -> tuple[int, int, int]:
    """(column of the code, of its day, first line that is no title)."""
    titles = [one.strip().lower() for one in row]
    code_at = next((titles.index(title) for title in _TITLES if title in titles), None)
    if code_at is None:
        return 0, 1, 0
    day_at = next((place for place, title in enumerate(titles) if _DAYS.search(title)), len(titles) + 1)
    return code_at, day_at, 1


def _day(text: str) -> date:
    found = _FRENCH_DAY.fullmatch(text)
    day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    if not 2000 <= day.year <= 2100:
        raise ValueError(text)
    return day
