"""Shapes of pickups in the API."""

from datetime import date
from uuid import UUID

from filiere.web.bounded_types import Day, Scanned
from pydantic import BaseModel, ConfigDict, Field


class SchedulePickup(BaseModel):
    """When, and where: the donor's first site when none is named."""

    model_config = ConfigDict(extra="forbid")

    on: Day
    site_id: UUID | None = None


class CollectDonation(BaseModel):
    """What the driver reports: labels that were not found on site. None found missing: everything was there."""

    model_config = ConfigDict(extra="forbid")

    not_found: list[Scanned] = Field(default=[], max_length=5000)


class ScheduledOut(BaseModel):
    id: UUID
    reference: str
    status: str
    pickup_on: date
    pickup_site_id: UUID


class CollectedOut(BaseModel):
    """The lot(s) made of what was collected, and the labels that were not there."""

    id: UUID
    reference: str
    status: str
    lots: list[UUID]
    devices: int
    missing: list[str]
