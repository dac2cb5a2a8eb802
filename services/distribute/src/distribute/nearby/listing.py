"""What is shown of a structure to everybody, and to whom it is near. Pure."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from filiere.web.bounded_types import Instant, Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

NEAR_KM = 50
"""Further away is not near: the page says so, and asks the reader's own structure to become one. Ours; in no source."""
SAME_PLACE_KM = 20
"""Another commune of the name or of the postcode that is no further has the same structures near. Ours."""
MOST = 6


class Welcome(StrEnum):
    """Who may come without being sent."""

    EVERYBODY = "everybody"
    REFERRED = "referred"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    Welcome.EVERYBODY: "Tout le monde peut venir",
    Welcome.REFERRED: "Un travailleur social doit vous orienter",
}


def _or_none(text: str | None) -> str | None:
    return text or None


class ListingIn(BaseModel):
    """What the lead says of the structure to everybody, besides what is known of it."""

    model_config = ConfigDict(extra="forbid")

    welcome: Welcome
    how_to_come: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Visible] | None,
        AfterValidator(_or_none),
    ] = Field(None, description="Bus, floor, bell. Nobody's name.")


class ListingForm(ListingIn):
    """The same on its page, which knows when what it showed was changed; empty where nothing was shown."""

    seen: Instant | Literal[""] = ""


class Listed(BaseModel):
    """A structure as everybody may see it; `km` from where the reader is, as the crow flies."""

    relais_id: UUID
    name: str
    address: str
    postcode: str
    city: str
    publics: list[str]
    may_sell: bool
    public_contact: str | None
    opening_hours: str | None
    welcome: Welcome
    how_to_come: str | None
    km: float
