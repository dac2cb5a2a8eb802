"""A device comes back after it was handed over. The event never says who, nor what was promised to them."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.catalogue import Fault
from filiere.events import Event, event
from pydantic import Field


@event(topic="distribute.devices", name="device-brought-back", version=1, key="device_id")
class DeviceBroughtBack(Event):
    """It does not work any more: its Relais has it, and sends it to its workshop. It is promised to nobody."""

    device_id: UUID = Field(description="The device.")
    relais_id: UUID = Field(description="The Relais that it was brought back to.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")
    fault: Fault = Field(description="What does not work, of a closed list; `other` where it is recalled.")
    is_recall: bool = Field(
        default=False,
        description="It may work: the coordination takes its lot or its model back. Older events lack it.",
    )

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-29T10:12:00Z",
        "device_id": "0193a1b2-0000-7000-8000-00000000d001",
        "relais_id": "0193a1b2-0000-7000-8000-000000000048",
        "territory": "48",
        "fault": "screen",
        "is_recall": False,
    }
