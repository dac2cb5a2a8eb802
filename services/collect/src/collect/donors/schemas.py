"""Shapes of donors in the API and on pages."""

import unicodedata
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from filiere.geography import departement_of_postcode
from filiere.identifiers import normalise_siren
from filiere.web import Role
from filiere.web.bounded_types import Flag, Visible
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def _visible(text: str) -> str:
    """Without characters that nobody sees: one that turns the writing around shows another name on papers and mails.

    They come along when a name is copied from elsewhere, and say nothing of it; a tab or a new line is a space.
    """
    kinds = [(character, unicodedata.category(character)) for character in text]
    return "".join(" " if kind == "Cc" else character for character, kind in kinds if kind != "Cf").strip()


Name = Annotated[
    str,
    BeforeValidator(lambda value: _visible(value) if isinstance(value, str) else value),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
]
Siren = Annotated[
    str, Field(max_length=40, description="nine digits, spaces forgiven"), AfterValidator(normalise_siren)
]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), Visible
]


def _of_france(postcode: str) -> str:
    """The postcode itself. Raises UnknownTerritory, whose sentence is shown, for one that is no département's."""
    departement_of_postcode(postcode)
    return postcode


Postcode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{5}$"), AfterValidator(_of_france)]
Insee = Annotated[str, StringConstraints(pattern=r"^(\d{2}|2[AB])\d{3}$")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SiteIn(_In):
    """A pickup site."""

    label: Name
    address: Name
    postcode: Postcode
    city: Name
    insee: Insee | None = None


class ContactIn(_In):
    """Whom to call."""

    name: Name
    email: Email


class RegisterDonor(_In):
    """A new donor with its first site and contact."""

    siren: Siren
    name: Name
    public_body: Flag = False
    site: SiteIn
    contact: ContactIn


class NameIn(_In):
    """How the donor is called from now on; documents that are issued keep the name they bear."""

    name: Name


class MemberIn(_In):
    """Somebody who will act for the donor; `subject` is their id at the identity provider."""

    subject: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    role: Literal[Role.DONOR] = Role.DONOR


class Wishes(_In):
    """What a donor wishes others to read."""

    named_on_sheets: Flag = False


class SiteOut(SiteIn):
    id: UUID
    postcode: str  # as it was kept, also before those of nowhere were refused


class ContactOut(ContactIn):
    id: UUID


class DonorOut(BaseModel):
    """A donor. `named_on_sheets`: its name stands on the public sheets of its devices.

    Sites and contacts are in the order they were added.
    """

    id: UUID
    siren: str
    name: str
    public_body: bool
    named_on_sheets: bool = False
    to_confirm: bool = Field(False, description="It registered itself, and the coordination has not confirmed it yet.")
    legal_category: str | None = None
    refused_at: datetime | None = Field(
        None, description="The coordination refused its registration; its SIREN may be registered anew."
    )
    refused_reason: str | None = None
    created_at: datetime
    sites: list[SiteOut] = []
    contacts: list[ContactOut] = []
