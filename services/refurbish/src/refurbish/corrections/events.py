"""What a correction publishes."""

from typing import Any, ClassVar

from filiere.catalogue.categories import Category
from filiere.events import event
from pydantic import Field

from refurbish.devices.correction_reasons import CorrectionReason
from refurbish.devices.events import TOPIC, DeviceEvent


@event(topic=TOPIC, name="device-corrected", version=1, key="device_id")
class DeviceCorrected(DeviceEvent):
    """The workshop says what a device really is. Its other category makes its tests and its grade void.

    What is wiped stays wiped: device-erased says so anew where the tests are void.
    """

    category: Category = Field(description="What it is, now.")
    manufacturer: str | None = Field(description="Maker, in one spelling.")
    model: str | None = Field(description="Model.")
    serial: str | None = Field(description="Maker's serial, when one is known.")
    code: CorrectionReason = Field(description="Why, of a list that may grow; nobody's own words.")
    tests_void: bool = Field(description="The category changed: another sheet, no grade.")
    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-03T09:12:00Z",
        "device_id": "01936f3e-0000-7000-8000-00000000000d",
        "workshop_id": "01936f3e-0000-7000-8000-000000000001",
        "lot_id": "01936f3e-0000-7000-8000-00000000000b",
        "label": "FIL-7K2M9-4",
        "category": "desktop",
        "manufacturer": "HP",
        "model": "ProDesk 600 G4",
        "serial": "CZC8411ABC",
        "code": "declared",
        "tests_void": True,
    }
