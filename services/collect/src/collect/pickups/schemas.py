"""Shapes of pickups in the API."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from filiere.web.bounded_types import Day, Scanned, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Part = Literal["morning", "afternoon", "day"]
PARTS: dict[str, str] = {"morning": "le matin", "afternoon": "l'après-midi", "day": "dans la journée"}
PART_HOURS = {"morning": (8, 12), "afternoon": (13, 18)}
"""Hours between which the lorry comes, of Paris."""
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), Visible]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), Visible]


class SchedulePickup(BaseModel):
    """When, and where: the donor's first site when none is named. `word`: why on a Sunday or a public holiday."""

    model_config = ConfigDict(extra="forbid")

    on: Day
    site_id: UUID | None = None
    part: Part = "day"
    carrier: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Visible] | None = None
    word: Word | None = None


class Slot(BaseModel):
    """A half day that suits. `word`: why on a Sunday or a public holiday."""

    model_config = ConfigDict(extra="forbid")

    on: Day
    part: Part = "day"
    word: Word | None = None


class ProposeSlots(BaseModel):
    """What suits the donor, and how one gets to the devices."""

    model_config = ConfigDict(extra="forbid")

    slots: list[Slot] = Field(min_length=1, max_length=10)
    access: Words | None = None
    floor: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), Visible] | None = None


class Pickup(BaseModel):
    """How a donation is fetched: what is agreed, and what the donor has proposed."""

    on: date | None
    part: str
    carrier: str | None
    word: str | None
    access: str | None
    floor: str | None
    sequence: int
    changed_at: datetime | None
    site: str | None
    address: str | None
    postcode: str | None
    city: str | None
    slots: list[Slot]


class CollectDonation(BaseModel):
    """What the driver reports: what was not found on site, by label, serial, IMEI or inventory number.

    None found missing: everything was there.
    """

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
