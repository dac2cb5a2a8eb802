"""Shapes of media that are gone, in the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue.contacts import about_nobody
from filiere.web.bounded_types import Flag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from refurbish.erasure.exits.reasons import ExitReason


class NewExit(BaseModel):
    """Why a medium is gone; `went_to`: the label of the device that it was put into."""

    model_config = ConfigDict(extra="forbid")

    medium_serial: str = Field(min_length=1, max_length=100)
    reason: ExitReason
    went_to: str | None = Field(default=None, max_length=100)


class ExitAnswer(BaseModel):
    """What the second person saw; `why` when it is not so."""

    model_config = ConfigDict(extra="forbid")

    confirmed: Flag
    why: Annotated[str, AfterValidator(about_nobody)] | None = Field(default=None, max_length=500)


class ExitOut(BaseModel):
    """One exit; `confirmed` is None while nobody has answered."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    device_id: UUID
    label: str
    medium_serial: str
    kind: str
    reason: ExitReason
    went_to: str | None
    asked_by_name: str
    asked_at: datetime
    confirmed: bool | None
    answered_by_name: str | None
    answered_at: datetime | None
    why: str | None
    taken_back_at: datetime | None = Field(default=None, description="by whoever said it, before anybody answered")
