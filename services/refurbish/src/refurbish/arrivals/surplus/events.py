"""What a surplus publishes."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.events import event
from pydantic import Field

from refurbish.devices.events import TOPIC, DeviceEvent


@event(topic=TOPIC, name="device-surplus", version=1, key="device_id")
class DeviceSurplus(DeviceEvent):
    """A device came with a lot whose manifest does not list it: the workshop gives it its id and its label.

    device-arrived follows. In the counts of its lot it stands among `surplus` by its label, never among `present`.
    """

    donation_id: UUID = Field(description="The donation of its lot.")
    category: Category = Field(description="What it is, as the workshop sees it.")
    public_body: bool = Field(description="Whether the lot is a public body's: the legal price ceiling binds it too.")
    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-03T09:12:00Z",
        "device_id": "01936f3e-0000-7000-8000-00000000000d",
        "workshop_id": "01936f3e-0000-7000-8000-000000000001",
        "lot_id": "01936f3e-0000-7000-8000-00000000000b",
        "label": "FIL-7K2M9-4",
        "donation_id": "01936f3e-0000-7000-8000-00000000000a",
        "category": "laptop",
        "public_body": False,
    }
