"""What the API and the pages take and give about shipments."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.catalogue.device_models import NamedByModel
from filiere.web import gettext
from filiere.web.bounded_types import Scanned, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.statuses import ShipmentStatus, StockStatus


class ShipmentIn(BaseModel):
    """Which order to pack."""

    model_config = ConfigDict(extra="forbid")

    order_id: UUID


class DeliverIn(BaseModel):
    """The labels scanned on arrival, all of them or some."""

    model_config = ConfigDict(extra="forbid")

    labels: list[Annotated[str, StringConstraints(max_length=200)]] = Field(min_length=1, max_length=1000)


class CarriageIn(BaseModel):
    """Who carries a parcel, and the number to ask them for it."""

    model_config = ConfigDict(extra="forbid")

    carrier: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Visible] = ""
    tracking: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Visible] = ""


class ShelfDevice(NamedByModel, BaseModel):
    """A device to take from its shelf for a parcel in preparation."""

    workshop_name: str
    shipment_id: UUID
    reference: str
    relais_name: str
    device_id: UUID
    label: str
    category: Category
    grade: Grade
    manufacturer: str | None
    model: str | None
    serial: str | None

    @property
    def shelf(self) -> str:
        """Type and category, as what is ready is put away."""
        return f"{gettext(self.category.plural_fr).capitalize()} · {gettext(self.grade.label_fr)}"


class ReceiveIn(BaseModel):
    """What was scanned on arrival, of whatever parcel: labels, serials, IMEI."""

    model_config = ConfigDict(extra="forbid")

    scanned: list[Scanned] = Field(min_length=1, max_length=1000)


class ExpectedDevice(NamedByModel, BaseModel):
    """A device on its way to a Relais."""

    shipment_id: UUID
    reference: str = Field(description="Of the parcel.")
    relais_id: UUID
    workshop_name: str
    shipped_at: datetime
    carrier: str | None
    tracking: str | None
    device_id: UUID
    label: str
    category: Category
    grade: Grade
    manufacturer: str | None
    model: str | None
    serial: str | None
    is_missing: bool = Field(description="Somebody has said that it was not in its parcel.")
    is_recalled: bool = Field(False, description="It goes back to its workshop: nobody is given it.")


class ShipmentItemOut(NamedByModel, BaseModel):
    device_id: UUID
    label: str
    category: Category
    grade: Grade
    manufacturer: str | None
    model: str | None
    serial: str | None
    status: StockStatus
    scanned_at: datetime | None
    is_missing: bool = Field(description="Somebody has said that it was not in its parcel; not settled yet.")


LOST_FR = "Perdu"
"""What people call a parcel that left and of which nothing arrived."""


class ShipmentOut(BaseModel):
    """A shipment; `items` are empty in lists."""

    id: UUID
    reference: str
    order_id: UUID
    order_reference: str
    relais_id: UUID
    relais_name: str
    city: str
    workshop_id: UUID
    workshop_name: str
    status: ShipmentStatus
    carrier: str | None = None
    tracking: str | None = Field(default=None, description="The carrier's number of the parcel.")
    created_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    devices: int
    received: int
    is_lost: bool = Field(False, description="`cancelled`: it had left, and all that was in it was given up.")
    items: list[ShipmentItemOut] = Field(default_factory=list)

    @property
    def standing_fr(self) -> str:
        """Where it is, or that it was lost on its way."""
        return LOST_FR if self.is_lost else self.status.label_fr


class ScanKind(StrEnum):
    """What a scanned label turned out to be."""

    FOUND = "found"
    ALREADY = "already"
    RECALLED = "recalled"  # it is received, and goes back: nobody is given it
    SURPLUS = "surplus"
    UNKNOWN = "unknown"

    @property
    def is_stop(self) -> bool:
        """Whether somebody has something to do about it."""
        return self not in (ScanKind.FOUND, ScanKind.ALREADY)


class ScanOut(BaseModel):
    label: str
    kind: ScanKind
    sentence: str


class ScanIn(BaseModel):
    """One scan of a reception, as a device had kept it."""

    model_config = ConfigDict(extra="forbid")

    scanned: Annotated[Scanned, StringConstraints(strip_whitespace=True, min_length=1)]


class ScanKept(ScanOut):
    """A scan that a device had kept is taken in, or told what to do with."""

    is_kept: Literal[True] = True


class ReceptionOut(BaseModel):
    """What scans at the Relais found, over all its parcels."""

    found: list[str] = Field(description="Labels of what was received just now.")
    left: int = Field(description="Devices that are still on their way.")
    scans: list[ScanOut]
    sentence: str

    @property
    def is_clean(self) -> bool:
        return not any(scan.kind.is_stop for scan in self.scans)


class DeliveryOut(BaseModel):
    """What the scan at the Relais found."""

    shipment: ShipmentOut
    found: list[str]
    missing: list[str] = Field(description="Still in transit.")
    surplus: list[str]
    unknown: list[str]
    scans: list[ScanOut]
    sentence: str


def reference(number: int) -> str:
    """What people call a shipment."""
    return f"E-{number}"
