"""Tell what moves in, and put it on its bench once its lot is announced."""

from collections.abc import Sequence
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import EVERYBODY, AsyncReadSession, AsyncSession
from filiere.loop_turns import in_turns
from filiere.movein.ids import carried_id, device_id, is_carried
from filiere.movein.wire import CarriedWorkshop, Moved, Progress, ToRefurbish
from filiere.web import Principal

from refurbish.arrivals.repository import ArrivalRepository
from refurbish.arrivals.service import count_whole, receive
from refurbish.devices.events import DeviceEvent
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.rules import arrive
from refurbish.moving_in.carrying import Carried, carry
from refurbish.moving_in.repository import MovingInRepository
from refurbish.tenancy import person
from refurbish.workshops import service as workshops_service
from refurbish.workshops.repository import Workshop, WorkshopRepository
from refurbish.workshops.service import JOURNAL


async def move_in(session: AsyncSession, principal: Principal, batch: ToRefurbish) -> Moved:
    """One batch, whole or not at all; the same again changes nothing."""
    await MovingInRepository.from_session(session).lock(alone=True)
    ids, made = await _workshops(session, principal, batch.source, batch.workshops)
    devices = [(device_id(batch.source, one.key), one) for one in batch.devices]
    told = await MovingInRepository.from_session(session).tell(
        batch.source, list(dict(devices).items()), person(principal), now()
    )
    await put_in_place(session, [one for one, _ in devices])
    return Moved(new=made + told, known=len(ids) - made + len(devices) - told, ids=ids)


async def progress(session: AsyncReadSession, source: str) -> Progress:
    return await MovingInRepository.from_session(session).progress(source)


async def hold(session: AsyncSession, device_ids: Sequence[UUID]) -> None:
    """Before all else: nobody tells meanwhile of devices that are announced. Of what does not move in, nothing."""
    if any(is_carried(one) for one in device_ids):
        await MovingInRepository.from_session(session).lock(alone=False)


async def put_in_place(session: AsyncSession, device_ids: Sequence[UUID]) -> None:
    """Devices that are announced and of which something was said before stand where they stood, and the chain hears it.

    Lots are locked before devices, as always. What is not here yet waits for its manifest.
    """
    moving = MovingInRepository.from_session(session)
    arrivals = ArrivalRepository.from_session(session)
    lots = await arrivals.lots_for_update(EVERYBODY, await moving.lots_of_waiting(device_ids))
    waiting = await moving.waiting_for_update(device_ids) if lots else []
    if not waiting:
        return
    devices = DeviceRepository.from_session(session)
    finishes = await devices.finishes([one.device.id for one in waiting])
    workshops = {one.id: one for one in await WorkshopRepository.from_session(session).listing(EVERYBODY)}
    carried: list[Carried] = []
    async for one in in_turns(waiting):
        workshop = workshops[one.device.workshop_id]
        carried.append(carry(one, workshop.name, workshop.territory, finishes[one.device.id]))
    at = now()
    # Each lot arrives first, then all its devices are what they are: the gate looks at media that are there.
    await receive(session, [arrive(one.device, at)[0] for one in waiting], [], at)
    if media := [medium for one in carried for medium in one.wiped]:
        await moving.put_media(media, at)
    await devices.save_all([one.device for one in carried])
    events: list[DeviceEvent] = [event for one in carried for event in one.events]
    await outbox.append(session, events)
    await moving.applied([one.device.id for one in waiting], at)
    await arrivals.tell(list(lots))
    await count_whole(session, list(lots.values()))


async def _workshops(
    session: AsyncSession, principal: Principal, source: str, said: Sequence[CarriedWorkshop]
) -> tuple[dict[str, UUID], int]:
    """Ids by old name, and how many are new. One that is here under this name and postcode is that one."""
    if not said:
        return {}, 0
    repository = WorkshopRepository.from_session(session)
    await repository.lock_registering()
    here = await repository.listing(EVERYBODY)
    known = {one.id: one for one in here}
    named = {_named(one.name, one.postcode): one for one in here}
    ids: dict[str, UUID] = {}
    made = 0
    for one in said:
        id_ = carried_id(source, "workshop", one.key)
        found = known.get(id_) or named.get(_named(one.name, one.postcode))
        if found is None:
            found = Workshop(
                id=id_, name=one.name, city=one.city, postcode=one.postcode, capacity=one.capacity,
                competences=[category for category, quantity in one.capacity.items() if quantity], created_at=now(),
            )  # fmt: skip
            await repository.insert(found)
            await journal.note(session, principal, JOURNAL, found.id, "moved-in", {"source": source})
            await outbox.append(session, [await workshops_service.changed(session, found)])
            known[id_] = named[_named(one.name, one.postcode)] = found
            made += 1
        ids[one.key] = found.id
    return ids, made


def _named(name: str, postcode: str) -> tuple[str, str]:
    return " ".join(name.split()).casefold(), postcode
