"""What refurbish reads of `distribute.devices`."""

from datetime import datetime
from typing import ClassVar
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


class DeviceDelivered(Incoming, type="org.filiere.distribute.device-delivered.v1"):
    """Its Relais has received it."""

    word: ClassVar = Away.DELIVERED
    device_id: UUID


class DeviceHandedOver(Incoming, type="org.filiere.distribute.device-handed-over.v1"):
    """Somebody has it."""

    word: ClassVar = Away.HANDED_OVER
    device_id: UUID


class DeviceHandoverUndone(Incoming, type="org.filiere.distribute.device-handover-undone.v1"):
    """Its Relais has it again; where somebody used it, that it is brought back is said too."""

    word: ClassVar = Away.DELIVERED
    device_id: UUID


class DeviceReported(Incoming, type="org.filiere.distribute.device-reported.v1"):
    """It arrived damaged, or was not the right one."""

    device_id: UUID
    problem: str = ""
    comes_back: bool = True

    @property
    def word(self) -> Away:
        """As the device keeps it."""
        if not self.comes_back:
            return Away.KEPT
        return Away.WRONG if self.problem == "wrong" else Away.DAMAGED


class DeviceLost(Incoming, type="org.filiere.distribute.device-lost.v1"):
    """It never arrived, or its Relais had lent it."""

    device_id: UUID
    while_lent: bool = False

    @property
    def word(self) -> Away:
        """As the device keeps it."""
        return Away.LOST_LENT if self.while_lent else Away.LOST


class DeviceLent(Incoming, type="org.filiere.distribute.device-lent.v1"):
    """Its Relais has lent it."""

    word: ClassVar = Away.LENT
    device_id: UUID


class DeviceLoanEnded(Incoming, type="org.filiere.distribute.device-loan-ended.v1"):
    """Its Relais has it again, or gives it, which is said too."""

    word: ClassVar = Away.DELIVERED
    device_id: UUID


class DeviceFound(Incoming, type="org.filiere.distribute.device-found.v1"):
    """It was lost, and comes back."""

    word: ClassVar = Away.FOUND
    device_id: UUID


class DeviceBroughtBack(Incoming, type="org.filiere.distribute.device-brought-back.v1"):
    """It comes back: it does not work any more, it is to be wiped for somebody else, or it is recalled."""

    device_id: UUID
    occurred_at: datetime
    fault: str
    is_recall: bool = False
    to_wipe: bool = False
    from_stock: bool = False

    @property
    def word(self) -> Away:
        """As the device keeps it."""
        if self.is_recall:
            return Away.RECALLED
        return Away.USED if self.to_wipe else Away.BROKEN
