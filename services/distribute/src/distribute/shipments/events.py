"""A device travels to its Relais."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field

TOPIC = "distribute.devices"
EXAMPLE: dict[str, Any] = {
    "occurred_at": "2026-11-19T08:30:00Z",
    "device_id": "0193a1b2-0000-7000-8000-00000000d001",
    "shipment_id": "0193a1b2-0000-7000-8000-0000000000e1",
    "relais_id": "0193a1b2-0000-7000-8000-000000000048",
    "territory": "48",
}


class _Travel(Event):
    device_id: UUID = Field(description="The device.")
    shipment_id: UUID = Field(description="The shipment it travels in.")
    relais_id: UUID = Field(description="The Relais it goes to.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")


@event(topic=TOPIC, name="device-shipped", version=1, key="device_id")
class DeviceShipped(_Travel):
    """The device left the workshop for its Relais."""

    example: ClassVar[dict[str, Any]] = EXAMPLE


@event(topic=TOPIC, name="device-delivered", version=1, key="device_id")
class DeviceDelivered(_Travel):
    """The Relais scanned the device on arrival."""

    example: ClassVar[dict[str, Any]] = EXAMPLE
