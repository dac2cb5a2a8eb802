"""Rough distances between départements: from chief town to chief town, as the crow flies.

Enough to rank workshops; nobody plans a route with it.
"""

from filiere.geography import (
    UnknownTerritory,
    departement,
    departement_of_postcode,
    km_between,
    place_of_departement,
)


def name_of(code: str) -> str:
    """The département's name, or its code when it is none."""
    try:
        return departement(code).name
    except UnknownTerritory:
        return code


def place_of(postcode: str) -> str | None:
    """The name of a postcode's département; None when it is none."""
    try:
        return departement_of_postcode(postcode).name
    except UnknownTerritory:
        return None


def distance_km(one: str, other: str) -> int | None:
    """Kilometres between the chief towns of two postcodes' départements; None when one is not known."""
    here, there = _chief_town(one), _chief_town(other)
    if here is None or there is None:
        return None
    return round(km_between(here, there))


def _chief_town(postcode: str) -> tuple[float, float] | None:
    try:
        place = place_of_departement(departement_of_postcode(postcode).code)
    except UnknownTerritory:
        return None
    return (place[0] / 1e6, place[1] / 1e6) if place is not None else None
