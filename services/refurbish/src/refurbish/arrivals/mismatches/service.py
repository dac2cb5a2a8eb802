"""Settle what matched nothing: it is one of the expected devices, or it is nobody's."""

from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.catalogue.categories import Category
from filiere.database import EVERYBODY, AsyncSession
from filiere.identifiers import is_label, readings
from filiere.web import Principal

from refurbish.aliases.kinds import identifier_in
from refurbish.aliases.repository import AliasRepository
from refurbish.arrivals.errors import (
    AlreadyResolved,
    CannotAttach,
    LabelledElsewhere,
    LabelOfNobody,
    LotNotFound,
    MismatchNotFound,
    OfNoLot,
    WaitsAgain,
)
from refurbish.arrivals.mismatches.repository import Mismatch, MismatchRepository
from refurbish.arrivals.repository import ArrivalRepository
from refurbish.arrivals.service import receive, recount, undo_arrival
from refurbish.arrivals.surplus.service import receive_surplus
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.service import JOURNAL
from refurbish.tenancy import person, workshops_of


async def _open(session: AsyncSession, principal: Principal, mismatch_id: UUID) -> Mismatch:
    mismatch = await MismatchRepository.from_session(session).get(workshops_of(principal), mismatch_id, for_update=True)
    if mismatch is None:
        raise MismatchNotFound(mismatch_id)
    if mismatch.status != "open":
        raise AlreadyResolved
    return mismatch


async def _its_lot(session: AsyncSession, principal: Principal, mismatch_id: UUID) -> list[UUID]:
    """The lot in which it was found, to be locked before the entry; none for one found outside of a lot."""
    found = await MismatchRepository.from_session(session).get(workshops_of(principal), mismatch_id)
    return [found.lot_id] if found is not None and found.lot_id is not None else []


async def set_aside(session: AsyncSession, principal: Principal, lot_id: UUID, text: str, note: str | None) -> None:
    """Queue a thing without a readable label, by whatever can be read on it. Raises LotNotFound."""
    lot = (await ArrivalRepository.from_session(session).lots_for_update(workshops_of(principal), [lot_id])).get(lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    await MismatchRepository.from_session(session).note_down(
        lot.workshop_id, lot_id, [text], by=person(principal), at=now(), note=note
    )
    await recount(session, [lot])


async def attach(session: AsyncSession, principal: Principal, mismatch_id: UUID, text: str) -> Device:
    """The thing is the expected device of this label, serial, IMEI or inventory number: it arrives.

    What was read on it finds the device from now on. Raises MismatchNotFound, AlreadyResolved, DeviceNotFound (also for
    a device of another workshop), CannotAttach.
    """
    asked = readings(text)
    scope = workshops_of(principal)
    known = await AliasRepository.from_session(session).known(scope, asked) if asked else {}
    found = next((known[value] for value in asked if value in known and not known[value].others), None)
    if found is None:
        raise DeviceNotFound(text[:40])
    repository = ArrivalRepository.from_session(session)
    # Lots before devices, and both before the queue's entry: the order of every arrival.
    lots = await repository.lots_for_update(scope, [found.lot_id, *await _its_lot(session, principal, mismatch_id)])
    device = (await repository.by_labels_for_update(list(lots.values()), [found.label])).get(found.label)
    mismatch = await _open(session, principal, mismatch_id)
    if device is None or device.workshop_id != mismatch.workshop_id:
        raise DeviceNotFound(found.label)
    at = now()
    here, events = rules.arrive(device, at)
    if not events:
        raise CannotAttach(found.label)
    await receive(session, [here], events, at)
    await repository.tell(lots)
    if (read := identifier_in(mismatch.label)) is not None:
        kind, value = read
        await AliasRepository.from_session(session).add([here.id], [kind], [value], by=person(principal), at=at)
    await MismatchRepository.from_session(session).resolve([mismatch_id], [here.id], by=person(principal), at=at)
    await journal.note(session, principal, JOURNAL, here.id, "attached", {"text": mismatch.label})
    await recount(session, lots.values())
    return here


async def receive_as_surplus(
    session: AsyncSession, principal: Principal, mismatch_id: UUID, category: Category, *, relabel: bool = False
) -> Device:
    """No lot lists the thing, and it is here: it is a device from now on, with a label of its own.

    What was read on it finds it; also a label in the form of ours that no workshop expects, once somebody says that it
    is of another network (`relabel`). Raises MismatchNotFound, AlreadyResolved, OfNoLot, NotAnnounced,
    LabelledElsewhere, LabelOfNobody.
    """
    repository = ArrivalRepository.from_session(session)
    lots = await repository.lots_for_update(workshops_of(principal), await _its_lot(session, principal, mismatch_id))
    mismatch = await _open(session, principal, mismatch_id)
    if mismatch.lot_id is None or mismatch.lot_id not in lots:
        raise OfNoLot
    if is_label(mismatch.label):
        # Of everybody's devices, for the answer alone: what another workshop expects is not made twice.
        if await AliasRepository.from_session(session).known(EVERYBODY, [mismatch.label]):
            raise LabelledElsewhere(mismatch.label)
        if not relabel:
            raise LabelOfNobody(mismatch.label)
    at, by = now(), person(principal)
    [device] = await receive_surplus(session, lots[mismatch.lot_id], {category: 1}, at)
    if (read := identifier_in(mismatch.label)) is not None:
        kind, value = read
        await AliasRepository.from_session(session).add([device.id], [kind], [value], by=by, at=at)
    await MismatchRepository.from_session(session).resolve([mismatch_id], [device.id], by=by, at=at)
    await journal.note(session, principal, JOURNAL, device.id, "surplus", {"text": mismatch.label})
    await repository.tell(lots)
    await recount(session, lots.values())
    return device


async def reopen(session: AsyncSession, principal: Principal, mismatch_id: UUID) -> None:
    """Settled by mistake: the thing waits again, and the device that it was taken for has not arrived.

    Raises MismatchNotFound, WaitsAgain, WorkedOn (the device was worked on since).
    """
    repository, queue = ArrivalRepository.from_session(session), MismatchRepository.from_session(session)
    scope = workshops_of(principal)
    found = await queue.get(scope, mismatch_id)
    if found is None:
        raise MismatchNotFound(mismatch_id)
    theirs = await repository.lots_of_devices([found.device_id]) if found.device_id else []
    lots = await repository.lots_for_update(scope, [*theirs, *([found.lot_id] if found.lot_id else [])])
    if found.device_id is not None:
        await undo_arrival(session, lots, found.device_id)
    mismatch = await queue.get(scope, mismatch_id, for_update=True)
    assert mismatch is not None  # nothing deletes an entry
    if mismatch.status == "open":
        return
    if not await queue.reopen(mismatch):
        raise WaitsAgain(mismatch.label)
    if found.device_id is not None:
        if (read := identifier_in(mismatch.label)) is not None:
            await AliasRepository.from_session(session).remove_value(found.device_id, read[1])
        await journal.note(session, principal, JOURNAL, found.device_id, "detached", {"text": mismatch.label})
    await recount(session, lots.values())


async def dismiss(session: AsyncSession, principal: Principal, mismatch_id: UUID, reason: str) -> None:
    """The thing is nobody's: say why. Raises MismatchNotFound, AlreadyResolved."""
    lots = await ArrivalRepository.from_session(session).lots_for_update(
        workshops_of(principal), await _its_lot(session, principal, mismatch_id)
    )
    await _open(session, principal, mismatch_id)
    await MismatchRepository.from_session(session).dismiss(mismatch_id, reason, by=person(principal), at=now())
    await recount(session, lots.values())
