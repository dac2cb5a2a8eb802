"""What collect reads of `refurbish.workshops`."""

from datetime import date
from uuid import UUID

from filiere.events import Incoming
from pydantic import BaseModel, ConfigDict, Field


class CapacityPeriod(BaseModel):
    """Days on which it takes something else; both ends included."""

    model_config = ConfigDict(extra="ignore")

    first_day: date
    last_day: date
    is_closed: bool = False
    capacity: dict[str, int] = Field(default_factory=dict)


class WorkshopCapacity(Incoming, type="org.filiere.refurbish.workshop-capacity-changed.v1"):
    """A workshop, what it can do and how much of it in a week."""

    workshop_id: UUID
    name: str
    city: str
    postcode: str
    capacity: dict[str, int]
    competences: list[str]
    periods: list[CapacityPeriod] = Field(default_factory=list)
