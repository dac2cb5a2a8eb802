"""A device reaches a person, or comes back at once. The event never says who, nor what would let anybody guess."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.catalogue import Fault
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
    """The Relais took its handover back: the device is in its stock again. Not why, not who. What somebody
    used is brought back at once (device-brought-back)."""

    device_id: UUID = Field(description="The device.")
    relais_id: UUID = Field(description="The Relais that has it again.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-24T14:20:00Z",
        "device_id": "0193a1b2-0000-7000-8000-00000000d001",
        "relais_id": "0193a1b2-0000-7000-8000-000000000048",
        "territory": "48",
    }


@event(topic="distribute.devices", name="device-brought-back", version=1, key="device_id")
class DeviceBroughtBack(Event):
    """What somebody had, or what is recalled: its Relais has it in hand, and sends it to its workshop."""

    device_id: UUID = Field(description="The device.")
    relais_id: UUID = Field(description="The Relais that it was brought back to.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")
    fault: Fault = Field(description="What does not work, of a closed list; `other` where it is recalled.")
    is_recall: bool = Field(
        default=False,
        description="It may work: the coordination takes its lot or its model back. Older events lack it.",
    )
    to_wipe: bool = Field(
        default=False,
        description="Nothing is said to be broken: somebody has used it, and its workshop wipes it before anybody else"
        " has it. Older events lack it.",
    )
    from_stock: bool = Field(
        default=False,
        description="Nobody had it: it lay on its Relais' shelf, and what was wiped stays so. Older events lack it.",
    )

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-29T10:12:00Z",
        "device_id": "0193a1b2-0000-7000-8000-00000000d001",
        "relais_id": "0193a1b2-0000-7000-8000-000000000048",
        "territory": "48",
        "fault": "screen",
        "is_recall": False,
        "to_wipe": False,
        "from_stock": False,
    }
