"""What goes in and out of accounts of campaigns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category
from filiere.web.bounded_types import Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from distribute.remarks import about_nobody

Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), Visible, AfterValidator(about_nobody)
]


class AccountIn(BaseModel):
    """A structure's own sentence."""

    model_config = ConfigDict(extra="ignore")

    said: Sentence


class AccountOut(BaseModel):
    """What a structure received and handed over for a campaign. Of people nothing but by itself, on its own page."""

    relais_id: UUID
    name: str
    city: str
    territory: str
    ordered: int
    received: int = Field(description="Devices that arrived at it.")
    handed: int = Field(description="Of them, those that people have.")
    by_category: Mapping[Category, int] = Field(description="Handed over, as its lists of devices say.")
    said: str | None
    said_at: datetime | None
    asked_at: datetime | None
    reminded_at: datetime | None
