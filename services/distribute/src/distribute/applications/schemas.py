"""What goes in and out of applications."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category
from filiere.geography import LocalityClass, UnknownTerritory, departement_of_postcode
from filiere.mail import readable_address
from filiere.web.bounded_types import Flag, Instant, NoFlag, Visible
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from distribute.applications.diagnosis import Proposed, diagnoses
from distribute.applications.status import STEPS, ApplicationStatus, Step
from distribute.applications.structure_number import typed
from distribute.relais.legal_form import LegalForm
from distribute.relais.schemas import Text, Ticked

MOST_OF_A_CATEGORY = 500
"""Of a year, and of a structure that is no Relais yet."""


def _address(text: str) -> str:
    readable = readable_address(text)
    if readable is None:
        raise ValueError("Ce n'est pas une adresse de courriel : vérifiez-la.")
    return readable


def _postcode(text: str) -> str:
    compact = "".join(text.split())
    try:
        departement_of_postcode(compact)
    except UnknownTerritory as error:
        raise ValueError(str(error)) from error
    return compact


Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(typed)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_address)]
Postcode = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8), AfterValidator(_postcode)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=30, pattern=r"^\+?[0-9 ().\-]{6,29}$")]


class StructureForm(BaseModel):
    """Who asks, and whom to write to."""

    name: Text
    number: Number
    contact_name: Text
    contact_email: Address
    contact_phone: Phone | None = None


class PlaceForm(BaseModel):
    """Where it is, and what it is in law."""

    address: Text
    postcode: Postcode
    city: Text
    legal_form: LegalForm


class PublicsForm(BaseModel):
    """Whom it supports, and with whom."""

    publics: Ticked
    people_supported: Annotated[int, Field(ge=1, le=1_000_000), NoFlag]
    volunteers: Annotated[int, Field(ge=0, le=100_000), NoFlag]
    may_sell: Flag


Wanted = Annotated[int, Field(ge=0, le=MOST_OF_A_CATEGORY), NoFlag, BeforeValidator(lambda said: said or 0)]


class NeedsForm(BaseModel):
    """Devices of a year, by category; nothing is none."""

    basic_phone: Wanted = 0
    smartphone: Wanted = 0
    tablet: Wanted = 0
    laptop: Wanted = 0
    desktop: Wanted = 0
    monitor: Wanted = 0
    printer: Wanted = 0

    @model_validator(mode="after")
    def _some(self) -> "NeedsForm":
        if not self.needs:
            raise ValueError("Écrivez au moins un équipement.")
        return self

    @property
    def needs(self) -> dict[Category, int]:
        return {category: count for category in Category if (count := getattr(self, category.value))}


Answered = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]


class DiagnosisForm(BaseModel):
    """An answer to each of the eight questions of a version."""

    version: Annotated[str, StringConstraints(max_length=60)] = ""
    q1: Answered = ""
    q2: Answered = ""
    q3: Answered = ""
    q4: Answered = ""
    q5: Answered = ""
    q6: Answered = ""
    q7: Answered = ""
    q8: Answered = ""

    @property
    def answered(self) -> list[str]:
        """In the order of the questions."""
        return [getattr(self, f"q{number}") for number in range(1, 9)]


class RefuseIn(BaseModel):
    """Why not; its applicant reads it."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), Visible]


class SeenForm(BaseModel):
    """Which application was read: its applicant may correct it until it is taken up."""

    model_config = ConfigDict(extra="ignore")

    seen: Instant


class ApplicationRowOut(BaseModel):
    """An application in a list."""

    id: UUID
    status: ApplicationStatus
    name: str
    siret: str | None
    rna: str | None
    postcode: str | None
    city: str | None
    territory: str | None
    locality: LocalityClass | None
    people_supported: int | None
    sent_at: datetime | None
    created_at: datetime


class ApplicationOut(ApplicationRowOut):
    """An application, as its applicant and the coordination see it."""

    contact_name: str
    contact_email: str
    contact_phone: str | None
    address: str | None
    legal_form: LegalForm | None
    publics: list[str] | None
    volunteers: int | None
    may_sell: bool | None
    needs: Mapping[Category, int] | None = Field(description="Devices of a year, by category.")
    diagnosis: str | None = Field(description="The version of the questions that were answered.")
    answers: Mapping[str, str] | None = Field(description="Of the diagnosis: question → answer.")
    checked_at: datetime | None = Field(description="When somebody who reads mail at its address confirmed it.")
    decided_at: datetime | None
    changed_at: datetime = Field(description="What was read stands as long as this does.")
    reason: str | None
    relais_id: UUID | None = Field(description="The Relais that came of it.")
    campaign_id: UUID | None = Field(None, description="The campaign whose link it came by.")
    campaign: str | None = Field(None, description="Its name.")
    known_at: datetime | None = Field(
        None, description="Its structure was known already: it ended, and a letter said so."
    )

    @property
    def number(self) -> str:
        return self.siret or self.rna or ""

    @property
    def proposed(self) -> Proposed | None:
        """What the diagnosis comes to, by the version that was answered."""
        version = diagnoses().get(self.diagnosis or "")
        if version is None or self.answers is None:
            return None
        return version.propose(self.answers, self.publics or [])

    def has(self, step: Step) -> bool:
        """Whether this screen was filled."""
        return {
            Step.STRUCTURE: True,
            Step.PLACE: self.postcode is not None,
            Step.PUBLICS: self.publics is not None,
            Step.DIAGNOSIS: self.answers is not None,
            Step.NEEDS: self.needs is not None,
        }[step]

    @property
    def next_step(self) -> Step | None:
        """The first screen that is not filled."""
        return next((step for step in STEPS if not self.has(step)), None)
