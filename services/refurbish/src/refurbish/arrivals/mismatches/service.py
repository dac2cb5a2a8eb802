"""Settle what matched nothing: it is one of the expected devices, or it is nobody's."""

from uuid import UUID

from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal

from refurbish.arrivals.errors import AlreadyResolved, CannotAttach, LotNotFound, MismatchNotFound
from refurbish.arrivals.mismatches.repository import Mismatch, MismatchRepository
from refurbish.arrivals.repository import ArrivalRepository
from refurbish.arrivals.service import receive, recount
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound
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
    """The thing is the expected device of this label: it arrives.

    Raises MismatchNotFound, AlreadyResolved, DeviceNotFound (also for a device of another workshop), CannotAttach.
    """
    try:
        label = parse_label(text)
    except IdentifierError as error:
        raise DeviceNotFound(text[:40]) from error
    repository = ArrivalRepository.from_session(session)
    # Lots before devices, and both before the queue's entry: the order of every arrival.
    lots = await repository.lots_for_update(
        workshops_of(principal),
        [
            *await repository.lots_of_labels(workshops_of(principal), [label]),
            *await _its_lot(session, principal, mismatch_id),
        ],
    )
    device = (await repository.by_labels_for_update(list(lots.values()), [label])).get(label)
    mismatch = await _open(session, principal, mismatch_id)
    if device is None or device.workshop_id != mismatch.workshop_id:
        raise DeviceNotFound(label)
    at = now()
    here, events = rules.arrive(device, at)
    if not events:
        raise CannotAttach(label)
    await receive(session, [here], events, at)
    await MismatchRepository.from_session(session).resolve([mismatch_id], [here.id], by=person(principal), at=at)
    await recount(session, lots.values())
    return here


async def dismiss(session: AsyncSession, principal: Principal, mismatch_id: UUID, reason: str) -> None:
    """The thing is nobody's: say why. Raises MismatchNotFound, AlreadyResolved."""
    lots = await ArrivalRepository.from_session(session).lots_for_update(
        workshops_of(principal), await _its_lot(session, principal, mismatch_id)
    )
    await _open(session, principal, mismatch_id)
    await MismatchRepository.from_session(session).dismiss(mismatch_id, reason, by=person(principal), at=now())
    await recount(session, lots.values())
