"""Events of `collect.lots`, keyed by the lot."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from pydantic import BaseModel, ConfigDict, Field

MAX_MANIFEST = 500
"""Devices in one lot-manifest: an event stays well under 256 KB."""

_LOT = "0198c0de-0000-7000-8000-000000000048"
_DONATION = "0198c0de-0000-7000-8000-000000000142"
_WORKSHOP = "0198c0de-0000-7000-8000-000000000007"


@event(topic="collect.lots", name="lot-collected", version=1, key="lot_id")
class LotCollected(Event):
    """The devices of one pickup are sealed into a lot; no workshop is chosen yet."""

    lot_id: UUID = Field(description="The lot.")
    code: str = Field(description="What people read, such as L-00048.")
    donation_id: UUID = Field(description="The donation it comes from.")
    devices: int = Field(description="Devices in the lot.")
    split_from: UUID | None = Field(
        None, description="The lot from which its devices were taken for another workshop; that lot keeps the others."
    )

    example: ClassVar[dict[str, Any]] = {
        "lot_id": _LOT,
        "code": "L-00048",
        "donation_id": _DONATION,
        "devices": 142,
        "occurred_at": "2026-11-10T10:05:00+00:00",
    }


@event(topic="collect.lots", name="lot-dispatched", version=1, key="lot_id")
class LotDispatched(Event):
    """The lot leaves for a workshop; its manifest follows in chunks."""

    lot_id: UUID = Field(description="The lot.")
    code: str = Field(description="What people read.")
    donation_id: UUID = Field(description="The donation it comes from.")
    workshop_id: UUID = Field(description="The workshop that expects it.")
    public_body: bool = Field(description="True when a public body gave it: a legal price ceiling binds its devices.")
    devices: int = Field(description="Devices in the lot.")
    chunks: int = Field(description="How many lot-manifest events follow.")
    donor_name: str | None = Field(None, description="The organisation that gave it; older events lack it.")
    expected_on: date | None = Field(None, description="The day on which it should be there, where one was said.")

    example: ClassVar[dict[str, Any]] = {
        "lot_id": _LOT,
        "code": "L-00048",
        "donation_id": _DONATION,
        "workshop_id": _WORKSHOP,
        "public_body": True,
        "devices": 142,
        "chunks": 1,
        "donor_name": "Ville de Lens",
        "expected_on": "2026-11-12",
        "occurred_at": "2026-11-10T16:40:00+00:00",
    }


class ManifestDevice(BaseModel):
    """One device on the manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_id: UUID = Field(description="The device, under this id in the whole chain.")
    label: str = Field(description="The code on its label, such as FIL-7K2M9-4.")
    category: str = Field(description="One of the seven categories.")
    manufacturer: str | None = Field(description="As declared, in its usual spelling.")
    model: str | None = Field(description="As declared.")
    serial: str | None = Field(description="The maker's serial, when one that identifies was declared.")
    donation_id: UUID = Field(description="The donation it comes from.")
    public_body: bool = Field(description="Whether a legal price ceiling binds it.")
    asset_tag: str | None = Field(None, description="The donor's inventory number; older events lack it.")
    ram_gb: float | None = Field(None, description="Memory as declared; older events lack it.")
    storage_gb: float | None = Field(None, description="Storage as declared; older events lack it.")
    year: int | None = Field(None, description="Year of make as declared; older events lack it.")
    imeis: list[str] = Field(
        [], max_length=3, description="IMEIs that it has besides `serial`, as declared; older events lack them."
    )


@event(topic="collect.lots", name="lot-manifest", version=1, key="lot_id")
class LotManifest(Event):
    """Part of a dispatched lot's manifest: at most 500 devices."""

    lot_id: UUID = Field(description="The lot.")
    workshop_id: UUID = Field(description="The workshop that expects it.")
    chunk: int = Field(description="Number of this chunk, from 1.")
    chunks: int = Field(description="How many chunks there are.")
    devices: list[ManifestDevice] = Field(description="The devices of this chunk.", max_length=MAX_MANIFEST)

    example: ClassVar[dict[str, Any]] = {
        "lot_id": _LOT,
        "workshop_id": _WORKSHOP,
        "chunk": 1,
        "chunks": 1,
        "devices": [
            {
                "device_id": "0198c0de-0000-7000-8000-0000000d0001",
                "label": "FIL-MJ5DH-J",
                "category": "laptop",
                "manufacturer": "HP",
                "model": "EliteBook 840 G5",
                "serial": "5CG8472QX",
                "donation_id": _DONATION,
                "public_body": True,
                "asset_tag": "INV-00042",
                "ram_gb": 8,
                "storage_gb": 256,
                "year": 2019,
                "imeis": [],
            }
        ],
        "occurred_at": "2026-11-10T16:40:00+00:00",
    }
