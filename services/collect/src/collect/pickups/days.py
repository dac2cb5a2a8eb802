"""Days on which nobody fetches anything without a word: Sundays and public holidays, those of the place included."""

from datetime import date
from functools import lru_cache

from filiere.geography import UnknownTerritory, departement_of_postcode
from jours_feries_france import JoursFeries  # type: ignore[import-untyped]

_SUNDAY = 6
_ZONES = {
    **dict.fromkeys(("57", "67", "68"), "Alsace-Moselle"),
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "976": "Mayotte",
}


def closed(day: date, postcode: str) -> str | None:
    """« dimanche », or the name of the public holiday; None when it is a day like others."""
    if name := _holidays(day.year, _zone(postcode)).get(day):
        return name
    return "dimanche" if day.weekday() == _SUNDAY else None


def _zone(postcode: str) -> str:
    try:
        return _ZONES.get(departement_of_postcode(postcode).code, "Métropole")
    except UnknownTerritory:
        return "Métropole"


@lru_cache
def _holidays(year: int, zone: str) -> dict[date, str]:
    return {day: name for name, day in JoursFeries.for_year(year, zone).items()}
