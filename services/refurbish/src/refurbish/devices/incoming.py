"""What refurbish reads of `distribute.devices`."""

from uuid import UUID

from filiere.events import Incoming


class DeviceReserved(Incoming, type="org.filiere.distribute.device-reserved.v1"):
    """The device is promised to an order."""

    device_id: UUID
    order_id: UUID
    relais_id: UUID
    territory: str
    order_reference: str | None = None
    relais_name: str | None = None


class DeviceReleased(Incoming, type="org.filiere.distribute.device-released.v1"):
    """The promise is taken back."""

    device_id: UUID


class DeviceRecallAnswered(Incoming, type="org.filiere.distribute.device-recall-answered.v1"):
    """What distribute decides of a device that was asked back."""

    device_id: UUID
    given_back: bool


class DeviceShipped(Incoming, type="org.filiere.distribute.device-shipped.v1"):
    """The device left the workshop."""

    device_id: UUID
