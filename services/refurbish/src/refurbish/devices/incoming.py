"""What refurbish reads of `distribute.devices`."""

from uuid import UUID

from filiere.events import Incoming

from refurbish.devices.away import Away


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


class _OnTheWay(Incoming):
    """What happened to a device after it had left; `word`: as the device keeps it."""

    device_id: UUID

    @property
    def word(self) -> str:
        raise NotImplementedError


class DeviceReported(_OnTheWay, type="org.filiere.distribute.device-reported.v1"):
    """It arrived damaged, or was not the right one."""

    problem: str = ""
    comes_back: bool = True

    @property
    def word(self) -> str:
        if not self.comes_back:
            return Away.KEPT
        return Away.WRONG if self.problem == "wrong" else Away.DAMAGED


class DeviceLost(_OnTheWay, type="org.filiere.distribute.device-lost.v1"):
    """It never arrived."""

    @property
    def word(self) -> str:
        return Away.LOST


class DeviceFound(_OnTheWay, type="org.filiere.distribute.device-found.v1"):
    """It was lost, and comes back."""

    @property
    def word(self) -> str:
        return Away.FOUND


class DeviceBroughtBack(_OnTheWay, type="org.filiere.distribute.device-brought-back.v1"):
    """It was handed over, and does not work any more."""

    @property
    def word(self) -> str:
        return Away.BROKEN
