"""A device is promised to a line, or no longer."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field

TOPIC = "distribute.devices"
# A big run makes a hundred thousand events: written a slice at a time, to bound memory and the loop's pauses.
EVENTS_AT_ONCE = 5_000
EXAMPLE: dict[str, Any] = {
    "occurred_at": "2026-11-16T06:00:00Z",
    "device_id": "0193a1b2-0000-7000-8000-00000000d001",
    "order_id": "0193a1b2-0000-7000-8000-000000000318",
    "line_id": "0193a1b2-0000-7000-8000-000000003181",
    "relais_id": "0193a1b2-0000-7000-8000-000000000048",
    "territory": "48",
}


class _Promise(Event):
    device_id: UUID = Field(description="The device.")
    order_id: UUID = Field(description="The order it is promised to.")
    line_id: UUID = Field(description="The line of that order.")
    relais_id: UUID = Field(description="Who will receive it.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")


@event(topic=TOPIC, name="device-reserved", version=1, key="device_id")
class DeviceReserved(_Promise):
    """The device is promised to a line of an order, and to nobody else."""

    order_reference: str | None = Field(
        default=None, description="What people call the order, as on the parcel; older events lack it."
    )
    relais_name: str | None = Field(default=None, description="What the Relais is called; older events lack it.")

    example: ClassVar[dict[str, Any]] = {
        **EXAMPLE,
        "order_reference": "R-318",
        "relais_name": "Relais de Mende",
    }


@event(topic=TOPIC, name="device-released", version=1, key="device_id")
class DeviceReleased(_Promise):
    """The promise of the device is taken back before it left the workshop."""

    reason: str = Field(description="Why, in a French sentence.")

    example: ClassVar[dict[str, Any]] = {**EXAMPLE, "reason": "La commande est annulée."}


@event(topic=TOPIC, name="device-recall-answered", version=1, key="device_id")
class DeviceRecallAnswered(Event):
    """The answer to a workshop that asked a device back; each question has one.

    Given back, it is promised to nobody and out of stock until it is ready anew.
    """

    device_id: UUID = Field(description="The device.")
    given_back: bool = Field(description="False: it has left, or somebody has received it.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": EXAMPLE["occurred_at"],
        "device_id": EXAMPLE["device_id"],
        "given_back": True,
    }
