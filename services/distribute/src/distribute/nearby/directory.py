"""Structures and what they offer in the words of data.inclusion, schema v1 (gip-inclusion/data-inclusion-schema). Pure.

A source of the directory that social workers search: what is not shown to everybody is not in it.
"""

import re
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import day_of
from filiere.catalogue.contacts import TELEPHONE
from pydantic import BaseModel, Field

from distribute.nearby.listing import Welcome

SOURCE = "filiere"
_LONGEST_NAME = 150
_OFFER = "Équipements numériques reconditionnés"


class Entry(NamedTuple):
    """What is known of a structure that everybody may find."""

    relais_id: UUID
    name: str
    siret: str | None
    address: str
    postcode: str
    city: str
    insee: str | None
    latitude: float | None
    longitude: float | None
    publics: list[str]
    may_sell: bool
    public_contact: str | None
    opening_hours: str | None
    welcome: Welcome
    how_to_come: str | None
    changed_at: datetime


class _Place(BaseModel):
    source: str = SOURCE
    id: str = Field(description="Producer and number: `filiere--…`.")
    nom: str = Field(min_length=3, max_length=_LONGEST_NAME)
    date_maj: date
    adresse: str
    complement_adresse: str | None
    code_postal: str
    commune: str
    code_insee: str | None
    latitude: float | None
    longitude: float | None
    telephone: str | None = Field(description="As `+33466000000`, where the structure has said a number.")
    horaires_accueil: str | None = Field(description="In the words of OpenStreetMap's `opening_hours`.")


class StructureOut(_Place):
    """A structure, as data.inclusion's schema v1 writes it."""

    siret: str | None


class ServiceOut(_Place):
    """What it offers, as data.inclusion's schema v1 writes it."""

    structure_id: str
    description: str
    thematiques: list[str]
    type: str
    frais: str = Field(description="`payant` where it sells at solidarity prices, though it may give too.")
    publics: list[str]
    mobilisable_par: list[str]
    modes_accueil: list[str]


def structure_of(entry: Entry) -> StructureOut:
    return StructureOut(**_place(entry), nom=_name(entry), siret=entry.siret)


def service_of(entry: Entry) -> ServiceOut:
    everybody = entry.welcome is Welcome.EVERYBODY
    price = "à prix solidaire ou donnés" if entry.may_sell else "donnés"
    return ServiceOut(
        **_place(entry),
        nom=_OFFER,
        structure_id=_id(entry),
        description=f"Smartphones, ordinateurs et tablettes reconditionnés, {price}. {entry.welcome.label_fr}.",
        thematiques=["numerique--acquerir-un-equipement"],
        type="aide-materielle",
        frais="payant" if entry.may_sell else "gratuit",
        publics=entry.publics,
        mobilisable_par=["usagers", "professionnels"] if everybody else ["professionnels"],
        modes_accueil=["en-presentiel"],
    )


def _place(entry: Entry) -> dict[str, object]:
    return {
        "id": _id(entry),
        "date_maj": day_of(entry.changed_at),
        "adresse": entry.address,
        "complement_adresse": entry.how_to_come,
        "code_postal": entry.postcode,
        "commune": entry.city,
        "code_insee": entry.insee,
        "latitude": entry.latitude,
        "longitude": entry.longitude,
        "telephone": _telephone(entry.public_contact),
        "horaires_accueil": entry.opening_hours,
    }


def _id(entry: Entry) -> str:
    return f"{SOURCE}--{entry.relais_id}"


def _name(entry: Entry) -> str:
    """Three letters at least, no full stop at the end."""
    name = entry.name[:_LONGEST_NAME].rstrip(". ")
    return name if len(name) >= 3 else f"Relais {name}".rstrip()


def _telephone(contact: str | None) -> str | None:
    found = TELEPHONE.search(contact or "")
    return f"+33{re.sub(r'[^0-9]', '', found[0])[-9:]}" if found else None
