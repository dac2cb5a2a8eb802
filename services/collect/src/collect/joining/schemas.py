"""What goes in and out of joining."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.identifiers import normalise_siren, normalise_siret
from filiere.web.bounded_types import Flag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from collect.donations.schemas import Reason
from collect.donors.public_bodies import Sign
from collect.donors.schemas import ContactIn, Name, SiteIn

_SIRET_DIGITS = 14


def siren_of(text: str) -> str:
    """The SIREN, of a SIREN or of a SIRET of the same company. Raises IdentifierError."""
    digits = "".join(text.split()).replace(".", "")
    return normalise_siret(text)[:9] if len(digits) == _SIRET_DIGITS else normalise_siren(text)


SirenOrSiret = Annotated[
    str, Field(max_length=40, description="a SIREN or a SIRET, spaces forgiven"), AfterValidator(siren_of)
]
LegalCategory = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[1-9]\d{3}$")]


class Join(BaseModel):
    """A company that registers itself, with its first site and contact."""

    model_config = ConfigDict(extra="forbid")

    siren: SirenOrSiret
    name: Name
    legal_category: LegalCategory | None = Field(
        None, description="INSEE's legal category, four figures, as on the Sirene notice."
    )
    site: SiteIn
    contact: ContactIn


class Confirm(BaseModel):
    """The coordination's word: this company exists, and is a public body or not."""

    model_config = ConfigDict(extra="forbid")

    public_body: Flag


class Refuse(BaseModel):
    """The coordination does not take the company for who it says it is; `reason` is what its people read."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class Reopen(BaseModel):
    """The coordination takes its refusal back; `reason` is what the registration's people read."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class Refusal(BaseModel):
    """A registration that was refused, as the person who acted for it is told."""

    name: str
    siren: str
    reason: str
    refused_at: datetime


class JoinedOut(BaseModel):
    """A registration. `signs`: what speaks for a public body."""

    donor_id: UUID
    name: str
    siren: str
    legal_category: str | None
    public_body: bool
    signs: list[Sign]
    to_confirm: bool
    created_at: datetime
    refused_at: datetime | None = None
    refused_reason: str | None = None
