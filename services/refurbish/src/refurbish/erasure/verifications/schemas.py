"""Shapes of verifications in the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue.contacts import about_nobody
from filiere.web.bounded_types import Flag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from refurbish.devices.erasure_levels import Level


class NewVerification(BaseModel):
    """What the caller saw in the report; `reason` when it is refused."""

    model_config = ConfigDict(extra="forbid")

    confirmed: Flag
    reason: Annotated[str, AfterValidator(about_nobody)] | None = Field(default=None, max_length=500)


class AwaitedOut(BaseModel):
    """A successful erasure that a second person has not looked at."""

    model_config = ConfigDict(from_attributes=True)

    erasure_id: UUID
    device_id: UUID
    label: str
    medium_serial: str
    level: Level
    tool: str
    tool_version: str
    operator_name: str
    erased_at: datetime
