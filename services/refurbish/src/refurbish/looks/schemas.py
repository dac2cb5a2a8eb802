"""Shapes of looking, in the API."""

from datetime import datetime
from typing import Annotated

from filiere.catalogue.grades import Cosmetic
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ZoneName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]


class NewLook(BaseModel):
    """What was seen, zone by zone; zones looked at before stay."""

    model_config = ConfigDict(extra="forbid")

    seen: dict[ZoneName, Cosmetic] = Field(min_length=1, max_length=20)


class SeenForm(BaseModel):
    """One zone, by one tap."""

    zone: ZoneName
    cosmetic: Cosmetic


class ZoneOut(BaseModel):
    zone: str
    name: str
    cosmetic: Cosmetic | None


class LookOut(BaseModel):
    """The zones of a device. `proposed`: the cosmetic grade, once every zone was looked at; `rec`: as R2v3 says it."""

    zones: list[ZoneOut]
    proposed: Cosmetic | None
    rec: str | None
    because: list[str] = Field(description="The zones that decided.")
    by: str | None
    looked_at: datetime | None
