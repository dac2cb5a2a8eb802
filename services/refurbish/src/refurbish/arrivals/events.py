"""What the arrival of a lot publishes."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field

_EXAMPLE: dict[str, Any] = {
    "occurred_at": "2026-11-03T09:12:00Z",
    "lot_id": "01936f3e-0000-7000-8000-00000000000b",
    "workshop_id": "01936f3e-0000-7000-8000-000000000001",
}


@event(topic="refurbish.lots", name="lot-arrived", version=1, key="lot_id")
class LotArrived(Event):
    """The first device of the lot was scanned at the workshop."""

    lot_id: UUID = Field(description="The lot.")
    workshop_id: UUID = Field(description="The workshop that received it.")
    example: ClassVar[dict[str, Any]] = _EXAMPLE


@event(topic="refurbish.lots", name="lot-reconciled", version=1, key="lot_id")
class LotReconciled(Event):
    """The workshop counted the lot. Sent again when a later count differs: the newest is the truth."""

    lot_id: UUID = Field(description="The lot.")
    workshop_id: UUID = Field(description="The workshop that counted.")
    present: int = Field(ge=0, description="Devices of the manifest that arrived.")
    missing: list[UUID] = Field(description="Devices of the manifest that nobody found.")
    surplus: list[str] = Field(description="Labels found in the lot that no manifest announced to this workshop.")
    example: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "present": 142,
        "missing": ["01936f3e-0000-7000-8000-00000000000d"],
        "surplus": ["FIL-7K2M9-4"],
    }
