"""Shapes of packing instructions."""

from datetime import datetime
from typing import Annotated

from filiere.web.bounded_types import NoFlag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST = 12
LONGEST = 200

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=LONGEST), Visible]
Sentences = Annotated[list[Sentence], Field(min_length=1, max_length=MOST)]


class PackingIn(BaseModel):
    """What a donor prepares, as sentences, in French and in English. `based_on`: the version that was read."""

    model_config = ConfigDict(extra="forbid")

    based_on: Annotated[int, Field(ge=0, le=1_000_000), NoFlag]
    french: Sentences
    english: Sentences


class PackingOut(BaseModel):
    """One version. Version 0 is the product's own, said by nobody."""

    version: int
    french: list[str]
    english: list[str]
    by_name: str = ""
    created_at: datetime | None = None

    def sentences(self, language: str) -> list[str]:
        return self.english if language == "en" else self.french


FIRST = PackingOut(
    version=0,
    french=[
        "Collez son étiquette sur chaque équipement.",
        "Regroupez-les par sorte, avec leurs chargeurs et leurs câbles.",
        "Laissez les disques en place : l'atelier les efface et vous le prouve.",
    ],
    english=[
        "Stick its label on each device.",
        "Group them by kind, with their chargers and cables.",
        "Leave the disks in place: the workshop wipes them and proves it to you.",
    ],
)
