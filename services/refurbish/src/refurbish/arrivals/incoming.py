"""What refurbish reads of `collect.lots`: dispatched to a workshop, with a manifest in chunks."""

from datetime import date
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.events import Incoming
from pydantic import BaseModel, ConfigDict


class LotDispatched(Incoming, type="org.filiere.collect.lot-dispatched.v1"):
    """A lot is on its way to a workshop."""

    lot_id: UUID
    code: str
    donation_id: UUID
    workshop_id: UUID
    devices: int
    donor_name: str | None = None
    expected_on: date | None = None


class ManifestDevice(BaseModel):
    """One announced device."""

    model_config = ConfigDict(extra="ignore")

    device_id: UUID
    label: str
    category: Category
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    donation_id: UUID
    public_body: bool
    asset_tag: str | None = None
    ram_gb: float | None = None
    storage_gb: float | None = None
    year: int | None = None
    imeis: list[str] = []


class LotManifest(Incoming, type="org.filiere.collect.lot-manifest.v1"):
    """A part of a lot's list."""

    lot_id: UUID
    workshop_id: UUID
    devices: list[ManifestDevice]
