"""What goes in and out of referral slips."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.calendar import now
from filiere.catalogue import Tier
from filiere.mail import readable_address
from filiere.web.bounded_types import Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from distribute.publics import Public
from distribute.recipient_alias import Local, no_contact
from distribute.referrals.status import SlipState, Wanted
from distribute.remarks import about_nobody

LONGEST_CODE = 300  # a scanner may bring the whole address of a QR code


def _address(text: str) -> str:
    readable = readable_address(text)
    if readable is None:
        raise ValueError("Ce n'est pas une adresse de courriel : vérifiez-la.")
    return readable


Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_CODE)]
Structure = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=100),
    Visible,
    AfterValidator(about_nobody),
    AfterValidator(no_contact),
]


class SlipIn(BaseModel):
    """Who may be handed what. Nobody's name, no identity."""

    model_config = ConfigDict(extra="forbid")

    wanted: Wanted
    tier: Tier = Field(description="The tier that the worker's attestation opens; the Relais decides.")
    public: Public | None = None
    seen_by: Local = Field(min_length=1, description="Initials or function of the worker; printed, told to the Relais.")


class MadeIn(SlipIn):
    """The same by the API, for one of the caller's structures."""

    relais_id: UUID | None = Field(None, description="Which of your structures, where you have several.")


class SlipForm(SlipIn):
    """The same as a page sends it."""

    model_config = ConfigDict(extra="ignore")


class ReferrerForm(BaseModel):
    """A worker without an account asks for a link."""

    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_address)]
    structure: Structure
    wanted: Wanted | None = None


class CodeIn(BaseModel):
    """The code of a slip; it comes in a body, never in an address: addresses stand in logs."""

    model_config = ConfigDict(extra="forbid")

    code: Code


class ReadSlip(BaseModel):
    """What a till reads of a slip that it may take."""

    id: UUID
    wanted: Wanted
    tier: Tier
    public: str | None
    seen_by: str | None
    structure: str = Field(description="Whose worker made it.")
    domain: str | None = Field(description="Of the mail address that was proven; none for a Relais' worker.")
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = Field(description="When; not by whom the person is.")
    revoked_at: datetime | None

    @property
    def state(self) -> SlipState:
        if self.used_at is not None:
            return SlipState.USED
        if self.revoked_at is not None:
            return SlipState.REVOKED
        return SlipState.OPEN if now() < self.expires_at else SlipState.EXPIRED


class SlipOut(ReadSlip):
    """A slip, for its maker."""

    code: str | None = Field(None, description="While it is open, on the answer for one slip alone.")


class ReferrerOut(BaseModel):
    """Whom a link is of."""

    id: UUID
    address: str
    structure: str
    wanted: Wanted | None
