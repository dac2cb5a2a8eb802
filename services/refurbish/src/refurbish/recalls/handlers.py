"""Note what distribute does with our devices: promised, released, shipped, given back or not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.kafka import Invalid, Received, Subscription

from refurbish.complaints.faults import fault_of
from refurbish.complaints.repository import ComplaintRepository
from refurbish.devices.device import Device
from refurbish.devices.incoming import (
    DeviceBroughtBack,
    DeviceDelivered,
    DeviceFound,
    DeviceHandedOver,
    DeviceHandoverUndone,
    DeviceLent,
    DeviceLoanEnded,
    DeviceLost,
    DeviceRecallAnswered,
    DeviceReleased,
    DeviceReported,
    DeviceReserved,
    DeviceShipped,
)
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.rules import was_ready
from refurbish.devices.service import JOURNAL
from refurbish.devices.stages import Stage
from refurbish.recalls.service import answered

Promise = DeviceReserved | DeviceReleased | DeviceShipped
OnTheWay = (
    DeviceDelivered
    | DeviceHandedOver
    | DeviceHandoverUndone
    | DeviceReported
    | DeviceLent
    | DeviceLoanEnded
    | DeviceLost
    | DeviceFound
    | DeviceBroughtBack
)
Used = DeviceHandedOver | DeviceLent | DeviceBroughtBack
Heard = Promise | DeviceRecallAnswered | OnTheWay


async def follow_devices(session: AsyncSession, events: Sequence[Received[Heard]]) -> None:
    """Where devices are promised, that they have left, and which of those asked back come back.

    Raises Invalid for a device that cannot have left: it never was ready.
    """
    heard = [received.event for received in events]
    await _promises(session, [event for event in heard if isinstance(event, Promise)])
    if words := {event.device_id: event.word for event in heard if isinstance(event, OnTheWay)}:
        await DeviceRepository.from_session(session).say_away(words)
    if used := {event.device_id for event in heard if isinstance(event, Used) and not _of_a_shelf(event)}:
        await DeviceRepository.from_session(session).say_used(sorted(used))
    if broken := {one.device_id: one for one in heard if isinstance(one, DeviceBroughtBack) and not one.to_wipe}:
        await ComplaintRepository.from_session(session).keep(
            {
                device_id: (fault_of(one.fault, is_recall=one.is_recall), one.occurred_at)
                for device_id, one in sorted(broken.items())
            }
        )
    answers = {event.device_id: event for event in heard if isinstance(event, DeviceRecallAnswered)}
    for device in await DeviceRepository.from_session(session).each_for_update(sorted(answers)):
        _require_known(device)
        await answered(session, device, now(), given_back=answers[device.id].given_back)


def _of_a_shelf(event: Used) -> bool:
    """Whether it comes back from a Relais' stock, where nobody had it: what is wiped stays so."""
    return isinstance(event, DeviceBroughtBack) and event.from_stock


def _require_known(device: Device) -> None:
    """Raise Invalid for a device at a stage of a later release: parked, the event is applied once that one runs."""
    if not device.stage.is_known:
        raise Invalid(f"device {device.id} is {device.stage.value} here, a stage of a later release: replay it there")


async def _promises(session: AsyncSession, heard: Sequence[Promise]) -> None:
    repository = DeviceRepository.from_session(session)
    asked = await repository.each_for_update(sorted({event.device_id for event in heard}))
    devices = {device.id: device for device in asked}
    promised: dict[UUID, DeviceReserved | None] = {}
    left: dict[UUID, datetime] = {}
    crossed: set[UUID] = set()
    for event in heard:  # in order: the last word about a promise counts
        device = devices.get(event.device_id)
        if device is None:
            raise Invalid(f"device {event.device_id} is unknown here")
        if isinstance(event, DeviceReserved):
            promised[event.device_id] = event
        elif isinstance(event, DeviceReleased):
            promised[event.device_id] = None
        elif not device.stage.is_known:
            _require_known(device)
        elif device.stage in {Stage.READY, Stage.LEFT}:
            left[event.device_id] = event.occurred_at
        elif was_ready(device):
            crossed.add(device.id)
        else:
            raise Invalid(f"device {event.device_id} was shipped, but it is {device.stage.value} here")
    reserved = [event for event in promised.values() if event is not None]
    if reserved:
        await repository.promise(reserved)
    if released := [device_id for device_id, event in promised.items() if event is None]:
        await repository.release(released)
    if left:
        await repository.leave(list(left), list(left.values()))
    # Taken back here before this was heard: distribute hears of that in its turn, and lets the promise go.
    notes = [journal.Note(JOURNAL, device_id, "shipment-crossed") for device_id in sorted(crossed)]
    await journal.note_all(session, journal.NETWORK, notes)


SUBSCRIPTIONS = [
    Subscription(
        "distribute.devices",
        [
            DeviceReserved,
            DeviceReleased,
            DeviceShipped,
            DeviceRecallAnswered,
            DeviceDelivered,
            DeviceHandedOver,
            DeviceHandoverUndone,
            DeviceReported,
            DeviceLent,
            DeviceLoanEnded,
            DeviceLost,
            DeviceFound,
            DeviceBroughtBack,
        ],
        follow_devices,
    )
]
