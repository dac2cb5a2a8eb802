"""What the chain is told of a device that left as waste."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from filiere.events import event
from pydantic import Field

from refurbish.devices.events import TOPIC, DeviceEvent
from refurbish.waste.codes import WasteCode

_EXAMPLE: dict[str, Any] = {
    "occurred_at": "2026-11-03T09:12:00Z",
    "device_id": "01936f3e-0000-7000-8000-00000000000d",
    "workshop_id": "01936f3e-0000-7000-8000-000000000001",
    "lot_id": "01936f3e-0000-7000-8000-00000000000b",
    "label": "FIL-7K2M9-4",
    "exit_id": "01936f3e-0000-7000-8000-0000000000f1",
}


@event(topic=TOPIC, name="device-recycled", version=1, key="device_id")
class DeviceRecycled(DeviceEvent):
    """A withdrawn device left the workshop as waste, with others."""

    exit_id: UUID = Field(description="The exit it is part of.")
    left_on: date = Field(description="The day it left.")
    code: WasteCode = Field(description="Waste code of the exit (décision 2000/532/CE).")
    weight_g: int = Field(ge=0, description="Its equal share of the weight of the exit, in grams.")
    example: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "left_on": "2026-11-03",
        "code": "16 02 13*",
        "weight_g": 2140,
    }


@event(topic=TOPIC, name="device-recycling-undone", version=1, key="device_id")
class DeviceRecyclingUndone(DeviceEvent):
    """The exit was recorded by mistake: the device is withdrawn, and at the workshop."""

    exit_id: UUID = Field(description="The exit that was undone.")
    example: ClassVar[dict[str, Any]] = _EXAMPLE
