"""Which workshop suits a lot: competence first, then the wait and the way. Every rank has its sentences.

A workshop that can take more of the lot's devices comes first. Among equals, a week of waiting weighs as much as
250 km of road: our own choice, to be argued with on the page that shows it.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from filiere.catalogue import Category
from filiere.web.formats import number
from pydantic import BaseModel, Field

from collect.workshops.distances import distance_km, place_of
from collect.workshops.incoming import CapacityPeriod
from collect.workshops.schemas import WorkshopOut
from collect.workshops.waiting import periods_within, weeks_until

KM_PER_WEEK = 250
# A place we cannot locate is neither near nor excluded.
UNKNOWN_KM = 500


class Suggestion(BaseModel):
    """One workshop for one lot. `rank` from 1."""

    workshop_id: UUID
    name: str
    city: str
    rank: int
    devices: int = Field(description="devices of the lot it can take")
    untreated: dict[str, int] = Field(description="what of the lot it does not treat: category → so many")
    weeks: float | None = Field(description="weeks until the lot is done, with what it has ahead; null: never")
    km: int | None = Field(description="between the chief towns of the two départements; null when unknown")
    reasons: list[str] = Field(description="French sentences")


def rank(
    workshops: Sequence[WorkshopOut],
    at_work: Mapping[tuple[UUID, str], int],
    categories: Mapping[str, int],
    postcode: str,
) -> list[Suggestion]:
    """Every workshop, best first. Pure: same input, same order.

    `at_work`: (workshop, category) → devices ahead; `categories`: what the lot holds; `postcode`: where it is.
    """
    found = [suggest(workshop, at_work, categories, postcode) for workshop in workshops]
    found.sort(key=lambda one: (-one.devices, _cost(one), one.name, one.workshop_id))
    return [one.model_copy(update={"rank": place}) for place, one in enumerate(found, start=1)]


def _cost(one: Suggestion) -> float:
    """In weeks."""
    return (one.weeks or 0.0) + (UNKNOWN_KM if one.km is None else one.km) / KM_PER_WEEK


def takes(workshop: WorkshopOut, category: str) -> bool:
    """Whether a workshop treats a category at all."""
    return category in workshop.competences and workshop.capacity.get(category, 0) > 0


def untreated_fr(workshop: str, untreated: Mapping[str, int]) -> str:
    """« Atelier de Lens ne traite pas 2 écrans. »"""
    return f"{workshop} ne traite pas {', '.join(counted_fr(*one) for one in untreated.items())}."


def suggest(
    workshop: WorkshopOut, at_work: Mapping[tuple[UUID, str], int], categories: Mapping[str, int], postcode: str
) -> Suggestion:
    """One workshop for these devices, not ranked yet."""
    able = {name: count for name, count in categories.items() if takes(workshop, name)}
    weeks = max(
        (
            weeks_until(workshop, name, at_work.get((workshop.workshop_id, name), 0) + count)
            for name, count in able.items()
        ),
        default=None,
    )
    km = distance_km(postcode, workshop.postcode)
    return Suggestion(
        workshop_id=workshop.workshop_id,
        name=workshop.name,
        city=workshop.city,
        rank=0,
        devices=sum(able.values()),
        untreated={name: count for name, count in categories.items() if name not in able},
        weeks=round(weeks, 1) if weeks is not None else None,
        km=km,
        reasons=[
            _competence(categories, able),
            *([_capacity(workshop, at_work, able, weeks)] if weeks is not None else []),
            *(_otherwise(one) for one in periods_within(workshop, list(able), weeks or 0)),
            _distance(workshop.postcode, km),
        ],
    )


def _competence(categories: Mapping[str, int], able: Mapping[str, int]) -> str:
    lacking = {name: count for name, count in categories.items() if name not in able}
    if not lacking:
        return "Compétent pour tous les équipements du lot."
    words = ", ".join(counted_fr(name, count) for name, count in lacking.items())
    return f"Ne traite pas {words}." if able else f"Ne traite aucun équipement de ce lot ({words})."


def _capacity(
    workshop: WorkshopOut, at_work: Mapping[tuple[UUID, str], int], able: Mapping[str, int], weeks: float
) -> str:
    ahead = sum(at_work.get((workshop.workshop_id, name), 0) for name in able)
    waiting = ", rien en attente"
    if ahead:
        waiting = f", {ahead} équipements y attendent déjà" if ahead >= 2 else ", 1 équipement y attend déjà"
    shown = (
        "moins d'une semaine" if weeks < 1 else f"environ {number(round(weeks))} semaine{'s' if weeks >= 1.5 else ''}"
    )
    return f"Traitement en {shown}{waiting}."


def _otherwise(period: CapacityPeriod) -> str:
    first, last = (f"{day:%d/%m/%Y}" for day in (period.first_day, period.last_day))
    if period.is_closed:
        return f"Fermé du {first} au {last}."
    return f"Autre capacité du {first} au {last}."


def _distance(there: str, km: int | None) -> str:
    if km is None:
        return "Distance inconnue."
    if km == 0:
        return f"Dans le même département ({place_of(there)})."
    return f"À environ {number(km)} km ({place_of(there)})."


def counted_fr(name: str, count: int) -> str:
    """« 12 écrans »."""
    return Category(name).counted_fr(count) if name in set(Category) else f"{count} {name}"
