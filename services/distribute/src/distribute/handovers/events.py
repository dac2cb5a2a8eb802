"""A device reaches a person, or comes back at once. The event never says who, nor what would let anybody guess."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field

from distribute.handovers.status import HandoverKind


@event(topic="distribute.devices", name="device-handed-over", version=1, key="device_id")
class DeviceHandedOver(Event):
    """The Relais sold or gave the device. Neither person, nor tier, nor price."""

    device_id: UUID = Field(description="The device.")
    relais_id: UUID = Field(description="The Relais that handed it over.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")
    how: HandoverKind = Field(description="`sold` or `given`.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-24T14:05:00Z",
        "device_id": "0193a1b2-0000-7000-8000-00000000d001",
        "relais_id": "0193a1b2-0000-7000-8000-000000000048",
        "territory": "48",
        "how": "sold",
    }


@event(topic="distribute.devices", name="device-handover-undone", version=1, key="device_id")
class DeviceHandoverUndone(Event):
    """The Relais took its handover back: the device is in its stock again, as it was delivered. Not why, not who."""

    device_id: UUID = Field(description="The device.")
    relais_id: UUID = Field(description="The Relais that has it again.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-24T14:20:00Z",
        "device_id": "0193a1b2-0000-7000-8000-00000000d001",
        "relais_id": "0193a1b2-0000-7000-8000-000000000048",
        "territory": "48",
    }
