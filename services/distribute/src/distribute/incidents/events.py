"""What happened to a device after it had left its workshop."""

from typing import Any, ClassVar, Literal
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field

from distribute.incidents.status import IncidentKind

TOPIC = "distribute.devices"
EXAMPLE: dict[str, Any] = {
    "occurred_at": "2026-11-23T10:12:00Z",
    "device_id": "0193a1b2-0000-7000-8000-00000000d001",
    "shipment_id": "0193a1b2-0000-7000-8000-0000000000e1",
    "relais_id": "0193a1b2-0000-7000-8000-000000000048",
    "territory": "48",
}


class _OnTheWay(Event):
    device_id: UUID = Field(description="The device.")
    shipment_id: UUID = Field(description="The shipment it travelled in.")
    relais_id: UUID = Field(description="The Relais it was sent to.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")


@event(topic=TOPIC, name="device-reported", version=1, key="device_id")
class DeviceReported(_OnTheWay):
    """On arrival the device was damaged, or was not what its parcel said. Its own words stay with the incident."""

    problem: Literal[IncidentKind.DAMAGED, IncidentKind.WRONG] = Field(description="What is wrong with it.")
    comes_back: bool = Field(
        description="True: it is promised to nobody any more and goes back to its workshop. False: the Relais keeps it."
    )
    example: ClassVar[dict[str, Any]] = {**EXAMPLE, "problem": "damaged", "comes_back": True}


@event(topic=TOPIC, name="device-lost", version=1, key="device_id")
class DeviceLost(_OnTheWay):
    """The device is given up: it was sent and never arrived, or was lent and is lost. Its promise ended before."""

    while_lent: bool = Field(False, description="True: it had arrived, and was lost while its Relais had lent it.")
    example: ClassVar[dict[str, Any]] = EXAMPLE


@event(topic=TOPIC, name="device-found", version=1, key="device_id")
class DeviceFound(_OnTheWay):
    """A device that was given up is found: it goes back to its workshop, promised to nobody."""

    while_lent: bool = Field(False, description="True: it was lost while its Relais had lent it.")
    example: ClassVar[dict[str, Any]] = EXAMPLE


@event(topic=TOPIC, name="device-returned", version=1, key="device_id")
class DeviceReturned(Event):
    """Its workshop has again a device that was lost or on its way back; here it is out of stock until it is ready."""

    device_id: UUID = Field(description="The device.")

    example: ClassVar[dict[str, Any]] = {name: EXAMPLE[name] for name in ("occurred_at", "device_id")}
