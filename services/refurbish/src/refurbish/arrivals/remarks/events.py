"""What a remark publishes."""

from typing import Any, ClassVar

from filiere.events import event
from pydantic import Field

from refurbish.arrivals.remarks.kinds import RemarkKind
from refurbish.devices.events import TOPIC, DeviceEvent


@event(topic=TOPIC, name="device-remarked", version=1, key="device_id")
class DeviceRemarked(DeviceEvent):
    """What the workshop saw of the device when it arrived; sent again when that is corrected, the newest counts."""

    remarks: list[RemarkKind] = Field(description="Of a list that may grow; empty when nothing is to be remarked.")
    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-03T09:12:00Z",
        "device_id": "01936f3e-0000-7000-8000-00000000000d",
        "workshop_id": "01936f3e-0000-7000-8000-000000000001",
        "lot_id": "01936f3e-0000-7000-8000-00000000000b",
        "label": "FIL-7K2M9-4",
        "remarks": ["damaged"],
    }
