"""Opening hours: as people type them, as they are shown, and as the directories of others write them. Pure.

Kept in the words of OpenStreetMap's `opening_hours`, which data.inclusion and the directory of *lieux de médiation
numérique* use: « Mo 09:00-12:00,14:00-17:30; Tu 09:00-12:00 ».
"""

import re
from collections.abc import Mapping
from itertools import pairwise

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAYS_FR = {
    "Mo": "lundi",
    "Tu": "mardi",
    "We": "mercredi",
    "Th": "jeudi",
    "Fr": "vendredi",
    "Sa": "samedi",
    "Su": "dimanche",
}
_TIME = r"(\d{1,2})\s*(?:h|:)?\s*(\d{2})?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|à)\s*{_TIME}", re.IGNORECASE)
_KEPT = re.compile(r"(\w\w) ([\d:,-]+)")
_CLOSED = ("fermé", "ferme")
HOW = "Écrivez par exemple « 9h-12h, 14h-17h30 » ; rien quand c'est fermé."
TOO_LATE = "L'heure de fin est après celle du début, et avant l'ouverture suivante."


def spans_of(text: str) -> str:
    """One day as it is typed, as it is kept; "" when closed. Raises ValueError with its sentence."""
    parts = [part.strip() for part in re.split(r"[,;]|\bet\b", text) if part.strip()]
    if not parts or (len(parts) == 1 and parts[0].casefold() in _CLOSED):  # telephones write « Fermé »
        return ""
    found = []
    for part in parts:
        said = _SPAN.fullmatch(part)
        if said is None:
            raise ValueError(HOW)
        first, last = (int(said[one]) * 60 + int(said[one + 1] or 0) for one in (1, 3))
        if max(first, last) > 24 * 60 or any(int(said[one] or 0) > 59 for one in (2, 4)):
            raise ValueError(HOW)
        found.append((first, last))
    if any(last <= first for first, last in found) or any(one[1] >= two[0] for one, two in pairwise(found)):
        raise ValueError(TOO_LATE)
    return ",".join(f"{_clock(first)}-{_clock(last)}" for first, last in found)


def kept(week: Mapping[str, str]) -> str:
    """A week of days as `spans_of` gives them; alike neighbours are not folded, so that each day reads alone."""
    return "; ".join(f"{day} {week[day]}" for day in DAYS if week.get(day))


def week_of(text: str | None) -> dict[str, str]:
    """Day → spans, of what is kept; closed days are not in it."""
    return {found[1]: found[2] for found in _KEPT.finditer(text or "")}


def typed(spans: str) -> str:
    """« 9h-12h, 14h-17h30 »: as the form shows it again, and as people read it."""
    return ", ".join("-".join(_hours(one) for one in span.split("-")) for span in spans.split(",") if span)


def shown(text: str | None) -> dict[str, str]:
    """« lundi » → « 9h-12h », of what is kept, in the order of the week."""
    week = week_of(text)
    return {DAYS_FR[day]: typed(week[day]) for day in DAYS if day in week}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _hours(clock: str) -> str:
    hours, minutes = clock.split(":")
    return f"{int(hours)}h{minutes if minutes != '00' else ''}"
