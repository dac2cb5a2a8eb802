"""What the API and the pages take and give about Relais."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.web.bounded_types import Day, Flag, NoFlag, Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from distribute.publics import Public
from distribute.relais.hours import DAYS, kept, spans_of
from distribute.relais.legal_form import LegalForm
from distribute.relais.mode import Mode

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Visible]


class RelaisIn(BaseModel):
    """A structure to register."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    legal_form: LegalForm
    siret: Annotated[str, StringConstraints(max_length=40)] | None = None
    address: Text
    postcode: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=8)]
    city: Text
    insee: Annotated[str, StringConstraints(pattern=r"^[0-9AB]{5}$")] | None = None
    publics: list[Public] = Field(min_length=1, max_length=14)
    people_supported: Annotated[int, Field(ge=0, le=1_000_000), NoFlag]
    may_sell: Flag
    may_receive_public_origin: Flag | None = Field(
        None, description="May be given what public bodies gave (CG3P, art. L. 3212-2); by legal form when not said."
    )
    requested_on: Day | None = Field(None, description="When the agreement was asked for; today when not said.")


class PublicOriginIn(BaseModel):
    """What the coordination decides about a Relais."""

    model_config = ConfigDict(extra="forbid")

    may_receive: Flag = Field(description="Whether it may be given what public bodies gave.")


class ContactIn(BaseModel):
    """How anybody reaches the structure; nothing takes it away."""

    model_config = ConfigDict(extra="forbid")

    public_contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), Visible] | None = Field(
        None, description="Its own telephone or address, nobody's: printed with each device, for whoever holds it."
    )


class AgreementIn(BaseModel):
    """A signature."""

    model_config = ConfigDict(extra="forbid")

    signed_on: Day
    signed_by: Text


class AgreementEndIn(BaseModel):
    """The last day of the agreement in force."""

    model_config = ConfigDict(extra="forbid")

    ended_on: Day


class MemberIn(BaseModel):
    """A person who acts for the organisation: the identity provider's subject."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    role: str | None = Field(
        None, max_length=40, description="Accepted for symmetry; only this address's own role is given."
    )


class MemberOut(BaseModel):
    subject: str
    role: str
    organisation_id: UUID
    added: bool = Field(description="False when the person had the role already.")


class RelaisOut(BaseModel):
    """A Relais and its agreement."""

    id: UUID
    name: str
    legal_form: LegalForm
    siret: str | None
    address: str
    postcode: str
    city: str
    insee: str | None
    territory: str
    publics: list[str]
    people_supported: int
    may_sell: bool
    may_receive_public_origin: bool
    public_contact: str | None = Field(description="How anybody reaches it.")
    opening_hours: str | None = Field(None, description="When it is open, as OpenStreetMap's `opening_hours`.")
    requested_on: date
    created_at: datetime
    signed_on: date | None = Field(description="Signature of the agreement in force.")
    signed_by: str | None
    mode: Mode | None = Field(None, description="What it does, as its agreement says; None where that says nothing.")
    days_to_sign: int | None = Field(description="From the request to the signature; None while unsigned.")

    @property
    def has_agreement(self) -> bool:
        return self.signed_on is not None


def _some(publics: list[Public]) -> list[Public]:
    if not publics:
        raise ValueError("Choisissez au moins un public.")
    return publics


# As a form sends them: a box that is not ticked is not sent at all.
Ticked = Annotated[
    list[Public], Field(default_factory=list, max_length=14, validate_default=True), AfterValidator(_some)
]


class RelaisForm(RelaisIn):
    """The same, as an HTML form sends it."""

    may_sell: Flag = False
    publics: Ticked

    def to_relais(self) -> RelaisIn:
        return RelaisIn.model_validate(self.model_dump())


Opening = Annotated[str, Field(max_length=60), AfterValidator(spans_of)]


class HoursForm(BaseModel):
    """A week as its form sends it, one field a day; nothing is closed."""

    mo: Opening = ""
    tu: Opening = ""
    we: Opening = ""
    th: Opening = ""
    fr: Opening = ""
    sa: Opening = ""
    su: Opening = ""

    @property
    def kept(self) -> str:
        """As it is stored."""
        return kept({day: getattr(self, day.lower()) for day in DAYS})


class AskPublicsIn(BaseModel):
    """Publics that a structure asks to be known for."""

    publics: list[Public] = Field(min_length=1, max_length=14)
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Visible]


class AskPublicsForm(AskPublicsIn):
    """The same, as an HTML form sends it."""

    publics: Ticked

    def asked(self) -> AskPublicsIn:
        return AskPublicsIn.model_validate(self.model_dump())


class AnswerPublicsIn(BaseModel):
    """What the coordination answers; a no has a reason."""

    accept: Flag
    answer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Visible] | None = (
        None
    )

    @model_validator(mode="after")
    def _a_reason_for_a_no(self) -> "AnswerPublicsIn":
        if not self.accept and not self.answer:
            raise ValueError("Dites pourquoi la demande est refusée.")
        return self
