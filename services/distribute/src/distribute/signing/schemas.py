"""What goes in and out of signing."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from filiere.calendar import day_of, now, today
from filiere.mail import readable_address
from filiere.web.bounded_types import Flag, Visible
from pydantic import AfterValidator, BaseModel, StringConstraints, model_validator

from distribute.relais.mode import Mode
from distribute.relais.schemas import Text

LINK_DAYS = 90
"""For so long the link of what is to be signed opens."""
# Lines between whole points of a box of 600 × 200; a dot is no signature.
DRAWN = r"^M\d{1,3} \d{1,3}(L\d{1,3} \d{1,3}){3,}([ML]\d{1,3} \d{1,3})*$"


def _address(text: str) -> str:
    readable = readable_address(text)
    if readable is None:
        raise ValueError("Ce n'est pas une adresse de courriel : vérifiez-la.")
    return readable


class SendForm(BaseModel):
    """What the Relais does, and who signs for it."""

    mode: Mode
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_address)]


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


class SignForm(BaseModel):
    """Who signs what: the paper's fingerprint, and the name typed a second time."""

    sha256: Annotated[str, StringConstraints(max_length=64)]
    name: Text
    role: Text
    signature: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Visible] = ""
    drawn: Annotated[str, StringConstraints(max_length=4000, pattern=DRAWN)] | None = None
    agreed: Flag = False

    @model_validator(mode="after")
    def _means_it(self) -> "SignForm":
        if not self.agreed:
            raise ValueError("Cochez la case : vous avez lu la convention, et vous engagez votre structure.")
        if self.drawn is None and _key(self.signature) != _key(self.name):
            raise ValueError("Pour signer, écrivez votre nom comme au-dessus, ou dessinez votre signature.")
        return self


class SigningOut(BaseModel):
    """An agreement that was sent to be signed."""

    id: UUID
    relais_id: UUID
    relais_name: str
    mode: Mode
    address: str
    sha256: str
    sent_at: datetime
    reminded_at: datetime | None
    signed_at: datetime | None
    signed_name: str | None
    signed_role: str | None
    drawn: str | None

    @property
    def days(self) -> int:
        """Since it was sent, as people count: days of Paris."""
        return (today() - day_of(self.sent_at)).days

    @property
    def is_over(self) -> bool:
        """Its link opens nothing any more: it is to be sent again."""
        return self.signed_at is None and self.sent_at <= now() - timedelta(days=LINK_DAYS)

    @property
    def short(self) -> str:
        """The fingerprint in groups, to be read aloud."""
        return " ".join(self.sha256[place : place + 8] for place in range(0, 64, 8))


class TimesOut(BaseModel):
    """Days from the request of an agreement to its signature."""

    agreements: int
    median: int | None
    longest: int | None
