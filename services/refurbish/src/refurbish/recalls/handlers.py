"""Note what distribute does with our devices: promised, released, shipped, given back or not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.kafka import Invalid, Received, Subscription

from refurbish.devices.incoming import (
    DeviceFound,
    DeviceLost,
    DeviceRecallAnswered,
    DeviceReleased,
    DeviceReported,
    DeviceReserved,
    DeviceShipped,
)
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.stages import Stage
from refurbish.recalls.service import answered

Promise = DeviceReserved | DeviceReleased | DeviceShipped
OnTheWay = DeviceReported | DeviceLost | DeviceFound
Heard = Promise | DeviceRecallAnswered | OnTheWay


async def follow_devices(session: AsyncSession, events: Sequence[Received[Heard]]) -> None:
    """Where devices are promised, that they have left, and which of those asked back come back.

    Raises Invalid for a device that cannot have left.
    """
    heard = [received.event for received in events]
    await _promises(session, [event for event in heard if isinstance(event, Promise)])
    if words := {event.device_id: event.word for event in heard if isinstance(event, OnTheWay)}:
        await DeviceRepository.from_session(session).say_away(words)
    answers = {event.device_id: event for event in heard if isinstance(event, DeviceRecallAnswered)}
    for device in await DeviceRepository.from_session(session).each_for_update(sorted(answers)):
        await answered(session, device, now(), given_back=answers[device.id].given_back)


async def _promises(session: AsyncSession, heard: Sequence[Promise]) -> None:
    repository = DeviceRepository.from_session(session)
    stages = await repository.stages_for_update(sorted({event.device_id for event in heard}))
    promised: dict[UUID, DeviceReserved | None] = {}
    left: dict[UUID, datetime] = {}
    for event in heard:  # in order: the last word about a promise counts
        stage = stages.get(event.device_id)
        if stage is None:
            raise Invalid(f"device {event.device_id} is unknown here")
        if isinstance(event, DeviceReserved):
            promised[event.device_id] = event
        elif isinstance(event, DeviceReleased):
            promised[event.device_id] = None
        elif stage in {Stage.READY, Stage.LEFT}:
            left[event.device_id] = event.occurred_at
        else:
            raise Invalid(f"device {event.device_id} was shipped, but it is {stage.value} here")
    reserved = [event for event in promised.values() if event is not None]
    if reserved:
        await repository.promise(reserved)
    if released := [device_id for device_id, event in promised.items() if event is None]:
        await repository.release(released)
    if left:
        await repository.leave(list(left), list(left.values()))


SUBSCRIPTIONS = [
    Subscription(
        "distribute.devices",
        [
            DeviceReserved,
            DeviceReleased,
            DeviceShipped,
            DeviceRecallAnswered,
            DeviceReported,
            DeviceLost,
            DeviceFound,
        ],
        follow_devices,
    )
]
