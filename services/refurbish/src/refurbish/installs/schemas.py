"""Shapes of what is installed, in the API."""

from datetime import datetime
from typing import Annotated

from filiere.catalogue.software import OfficePack, System
from filiere.web.bounded_types import Flag, NoFlag
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Version = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z][0-9A-Za-z. \-]{0,19}$")]
Percent = Annotated[float, Field(ge=0, le=150, description="share of its first capacity"), NoFlag]
Lasts = Annotated[int, Field(ge=0, le=6000, description="minutes that it lasted when tried"), NoFlag]


class NewInstall(BaseModel):
    """What is on the device now. Of a licence key only whether one was used."""

    model_config = ConfigDict(extra="forbid")

    system: System
    version: Version | None = None
    office: OfficePack = OfficePack.NONE
    licence_used: Flag = False
    battery_percent: Percent | None = None
    battery_minutes: Lasts | None = None


class InstallOut(BaseModel):
    """What was said last, in this cycle."""

    model_config = ConfigDict(from_attributes=True)

    system: System
    version: str | None
    office: OfficePack
    licence_used: bool
    battery_percent: float | None
    battery_minutes: int | None
    by: str
    installed_at: datetime
