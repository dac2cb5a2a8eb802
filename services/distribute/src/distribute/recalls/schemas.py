"""What the API and the pages take and give about recalls."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.catalogue.device_models import NamedByModel
from filiere.web.bounded_types import Scanned
from pydantic import BaseModel, ConfigDict, Field

from distribute.recalls.status import PLACE_OF, Place, RecallReason, What
from distribute.statuses import StockStatus


class TargetIn(BaseModel):
    """A device, and whether its lot or its model is meant."""

    model_config = ConfigDict(extra="forbid")

    label: Scanned = Field(description="Label of one of the devices.")
    what: Literal[What.LOT, What.MODEL]


class RecallIn(TargetIn):
    """What is taken back, and why."""

    reason: RecallReason


class PlaceCount(BaseModel):
    """So many devices at a place, of a Relais or of a workshop."""

    place: Place
    holder: str = Field(description="The Relais, or the workshop where it is in stock.")
    devices: int


class PreviewOut(BaseModel):
    """What a recall would concern."""

    what: What
    name: str
    devices: int
    places: list[PlaceCount]


class RecallOut(BaseModel):
    """A recall, with how far it is among the devices that the caller may see."""

    id: UUID
    what: What
    name: str
    reason: RecallReason
    started_at: datetime
    ended_at: datetime | None
    devices: int
    back: int = Field(description="Brought back, or with the workshop that has checked them.")
    outside: int = Field(description="Still on a road, at a Relais or with a person.")
    held: int = Field(description="Free devices that nobody is promised meanwhile.")

    @property
    def ends_at_its_workshop(self) -> bool:
        """Whether nobody else may end it: a disk is not wiped, and the device is not there yet."""
        return self.what is What.DEVICE and self.ended_at is None


class RecalledOut(NamedByModel, BaseModel):
    """A device that a recall concerns."""

    device_id: UUID
    label: str
    category: Category
    grade: Grade
    manufacturer: str | None
    model: str | None
    status: StockStatus
    workshop_name: str
    relais_id: UUID | None
    relais_name: str | None
    back_at: datetime | None
    case_id: UUID | None = Field(None, description="Its case after the sale, where one is open or was settled since.")

    @property
    def place(self) -> Place:
        return Place.BACK if self.back_at is not None else PLACE_OF.get(self.status, Place.STOCK)


class BringBackOut(BaseModel):
    """What became of a device that is brought back: a case where a person had it."""

    device_id: UUID
    case_id: UUID | None


def place_counts(rows: list[Any]) -> list[PlaceCount]:
    """(status, Relais, workshop, devices) as counts per place and holder."""
    found: dict[tuple[Place, str], int] = {}
    for status, relais, workshop, devices in rows:
        place = PLACE_OF.get(StockStatus(status), Place.STOCK)
        key = (place, relais if relais and place.is_outside else workshop)
        found[key] = found.get(key, 0) + devices
    order = list(Place)
    return [
        PlaceCount(place=place, holder=holder, devices=devices)
        for (place, holder), devices in sorted(found.items(), key=lambda one: (order.index(one[0][0]), one[0][1]))
    ]
