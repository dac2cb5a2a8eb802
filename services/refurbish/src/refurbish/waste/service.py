"""Record an exit of waste, and undo one that was recorded by mistake: all of its devices, or none."""

from collections.abc import Sequence
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now, today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal

from refurbish.devices.rules import envelope
from refurbish.devices.service import JOURNAL
from refurbish.tenancy import person, workshops_of
from refurbish.waste.errors import CannotLeave, ExitNotFound, LeftInTheFuture
from refurbish.waste.events import DeviceRecycled, DeviceRecyclingUndone
from refurbish.waste.repository import WasteRepository
from refurbish.waste.schemas import ExitOut, NewExit


def shares(total: int, count: int) -> list[int]:
    """Equal shares of whole grams that add up to the total."""
    least, more = divmod(total, count)
    return [least + (n < more) for n in range(count)]


async def record(session: AsyncSession, principal: Principal, new: NewExit) -> ExitOut:
    """Raises LeftInTheFuture, CannotLeave with the labels of those that may not; then nothing has left."""
    if new.left_on > today():
        raise LeftInTheFuture
    waste, asked = WasteRepository.from_session(session), sorted(set(new.devices))
    leaving = await waste.leaving_for_update(workshops_of(principal), asked)
    # Looked at again now that they are held: what another exit took while this one waited was not there to be seen.
    gone = await waste.left([device.id for device in leaving])
    leaving = [device for device in leaving if device.id not in gone]
    here = {device.id for device in leaving if device.workshop_id == leaving[0].workshop_id}
    if refused := [device for device in asked if device not in here]:
        labels = await waste.labels(workshops_of(principal), refused)
        raise CannotLeave([labels.get(device, str(device)) for device in refused])
    exit_id, at = uuid7(), now()
    await waste.add(exit_id, leaving[0].workshop_id, new, asked, person(principal), at)
    weights = shares(round(new.weight_kg * 1000), len(leaving))
    await outbox.append(
        session,
        [
            DeviceRecycled(
                **envelope(device), occurred_at=at, exit_id=exit_id, left_on=new.left_on, code=new.code, weight_g=weight
            )
            for device, weight in zip(leaving, weights, strict=True)
        ],
    )
    notes = [journal.Note(JOURNAL, device.id, "recycled", {"slip": new.slip}) for device in leaving]
    await journal.note_all(session, principal, notes)
    return await get(session, principal, exit_id)


async def undo(session: AsyncSession, principal: Principal, exit_id: UUID) -> ExitOut:
    """It was recorded by mistake; undone twice it is undone once. Raises ExitNotFound."""
    waste = WasteRepository.from_session(session)
    if not await waste.lock(workshops_of(principal), exit_id):
        raise ExitNotFound(exit_id)
    devices, at = await waste.devices_for_update(exit_id), now()
    if devices:
        await waste.undo(exit_id, person(principal), at)
        told: Sequence[DeviceRecyclingUndone] = [
            DeviceRecyclingUndone(**envelope(device), occurred_at=at, exit_id=exit_id) for device in devices
        ]
        await outbox.append(session, told)
        notes = [journal.Note(JOURNAL, device.id, "recycling-undone") for device in devices]
        await journal.note_all(session, principal, notes)
    return await get(session, principal, exit_id)


async def get(session: AsyncReadSession, principal: Principal, exit_id: UUID) -> ExitOut:
    """Raises ExitNotFound."""
    found = await WasteRepository.from_session(session).get(workshops_of(principal), exit_id)
    if found is None:
        raise ExitNotFound(exit_id)
    return found
