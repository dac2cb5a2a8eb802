"""Say that a medium is gone, and answer that: lock its device, look again, keep what was said; the gate follows."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import normalise_serial, uuid7
from filiere.identifiers.same_person import are_one_person
from filiere.web import Principal

from refurbish.aliases.service import find as find_device
from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import has_place_for
from refurbish.devices.errors import DeviceNotHere
from refurbish.devices.gate import settled
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.rules import require_present
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.devices.stages import Stage
from refurbish.erasure.errors import DiskThereAlready, NoDiskFits
from refurbish.erasure.exits.errors import (
    ExitIsAnswered,
    ExitIsAsked,
    ExitIsTakenBack,
    ExitNotFound,
    ItWasWiped,
    MediumNotFound,
    NotOwnExit,
    OtherNotHere,
    OwnExit,
    WhereTo,
    WhyNot,
)
from refurbish.erasure.exits.reasons import ExitReason
from refurbish.erasure.exits.repository import Exit, ExitRepository
from refurbish.erasure.exits.schemas import ExitAnswer, NewExit
from refurbish.erasure.reports.report import is_same_serial
from refurbish.erasure.schemas import NewMedium
from refurbish.erasure.service import declare_on, told_wiped
from refurbish.tenancy import person, workshops_of

_AFTER_THE_ERASURE = {Stage.ERASED, Stage.TO_REPAIR, Stage.TESTED, Stage.GRADED}


async def ask(session: AsyncSession, principal: Principal, device_id: UUID, new: NewExit) -> Exit:
    """Say that a medium is gone; said again while nobody has answered it changes nothing.

    Raises DeviceNotFound, DeviceNotHere, MediumNotFound, ExitIsAsked, ItWasWiped, WhereTo, OtherNotHere,
    NoDiskFits.
    """
    other = await _other(session, principal, device_id, new) if new.reason is ExitReason.REUSED else None
    device, other = await _locked(session, principal, device_id, other)
    if not device.stage.is_present and device.stage is not Stage.WITHDRAWN:
        raise DeviceNotHere(device)
    medium = await _present(session, device, new.medium_serial)
    exits = ExitRepository.from_session(session)
    before = [one for one in await exits.of_device(device.id) if one.medium_id == medium.id and one.is_open]
    if before:
        if before[-1].reason is new.reason and before[-1].asked_by == principal.subject:
            return before[-1]
        raise ExitIsAsked
    if new.reason.is_mistake and medium.is_wiped:
        raise ItWasWiped(medium)
    if other is not None and (other.workshop_id != device.workshop_id or not other.stage.is_present):
        raise OtherNotHere(other.label)
    if other is not None:
        if not has_place_for(other.category, medium.kind):
            raise NoDiskFits(other, "went_to")
        await _not_wiped_there(session, other, medium, None, "went_to")
    return await ask_of(session, principal, device, medium, new.reason, other.label if other is not None else None)


async def ask_of(
    session: AsyncSession, principal: Principal, device: Device, medium: Medium, reason: ExitReason,
    went_to: str | None = None,
) -> Exit:  # fmt: skip
    """The same of a medium of a device that is locked, and of which nobody says so yet."""
    exits = ExitRepository.from_session(session)
    exit_id, by = uuid7(), (principal.subject, person(principal))
    await exits.insert(device.workshop_id, exit_id, device.id, medium.id, reason, went_to, by, now())
    made = await exits.get(workshops_of(principal), exit_id)
    assert made is not None
    await journal.note(session, principal, JOURNAL, device.id, "exit-asked", _told(made))
    return made


async def find(session: AsyncReadSession, principal: Principal, exit_id: UUID) -> Exit:
    """Raises ExitNotFound."""
    found = await ExitRepository.from_session(session).get(workshops_of(principal), exit_id)
    if found is None:
        raise ExitNotFound(exit_id)
    return found


async def take_back(session: AsyncSession, principal: Principal, exit_id: UUID) -> Exit:
    """Whoever said it was wrong; said twice it changes nothing. The device has changed in nothing, and does not now.

    Raises ExitNotFound, ExitIsAnswered, NotOwnExit.
    """
    device = await get_for_update(session, principal, (await find(session, principal, exit_id)).device_id)
    one = await find(session, principal, exit_id)  # as it is under the lock
    if one.asked_by != principal.subject:
        raise NotOwnExit
    if one.confirmed is not None:
        raise ExitIsAnswered
    if one.taken_back_at is None:
        await take_back_of(session, principal, device, one)
    return await find(session, principal, exit_id)


async def take_back_of(session: AsyncSession, principal: Principal, device: Device, one: Exit) -> None:
    """The same of a device that is locked, of an exit that the caller said and nobody has answered."""
    exits = ExitRepository.from_session(session)
    await exits.take_back(device.workshop_id, one.id, principal.subject, now())
    await journal.note(session, principal, JOURNAL, device.id, "exit-taken-back", _told(one))


def is_own(principal: Principal, one: Exit) -> bool:
    """Whether the caller said it, by their account or by their name."""
    return are_one_person((principal.subject, person(principal)), (one.asked_by, one.asked_by_name))


async def answer(session: AsyncSession, principal: Principal, exit_id: UUID, said: ExitAnswer) -> Device:
    """A second person looked. Confirmed, the medium is gone, and what came after the erasure is done again.

    What was put into another device is a medium of that one from then on, and is wiped there.

    Raises ExitNotFound, ExitIsAnswered, ExitIsTakenBack, OwnExit, WhyNot, DeviceNotHere, ItWasWiped, TooManyMedia.
    """
    why = " ".join((said.why or "").split()) or None
    if not said.confirmed and why is None:
        raise WhyNot
    one = await find(session, principal, exit_id)
    other = await find_device(session, principal, one.went_to) if one.went_to and said.confirmed else None
    device, other = await _locked(session, principal, one.device_id, other)
    one = await find(session, principal, exit_id)  # as it is under the lock
    if is_own(principal, one):
        raise OwnExit
    if one.confirmed is not None:
        raise ExitIsAnswered
    if one.taken_back_at is not None:
        raise ExitIsTakenBack
    exits, at = ExitRepository.from_session(session), now()
    by = (principal.subject, person(principal))
    if not said.confirmed:
        await exits.answer(device.workshop_id, exit_id, by, why, at)
        await journal.note(session, principal, JOURNAL, device.id, "exit-refused", _told(one))
        return device
    if not device.stage.is_present and device.stage is not Stage.WITHDRAWN:
        raise DeviceNotHere(device)
    if other is not None:
        require_present(other)
    medium = await _present(session, device, one.medium_serial)
    if one.reason.is_mistake and medium.is_wiped:
        raise ItWasWiped(medium)  # somebody wiped it meanwhile
    if other is not None:
        await _not_wiped_there(session, other, medium, exit_id, "confirmed")
    await exits.answer(device.workshop_id, exit_id, by, None, at)
    await exits.take_away(medium.id, exit_id)
    after = without(device, [other for other in await _media(session, device) if other.id != medium.id], at)
    await journal.note(session, principal, JOURNAL, device.id, "medium-gone", _told(one))
    await _tell(session, device, after, at)
    if other is not None:
        there = NewMedium(kind=medium.kind, serial=medium.serial, size_gb=medium.size_gb)
        await declare_on(session, other, [there], origin="person", by=person(principal), at=at)
    return after


def without(device: Device, media: list[Medium], at: datetime) -> Device:
    """The device after one of its media went: somebody had it open, so its tests and its grade are done again."""
    opened = device
    if device.stage in _AFTER_THE_ERASURE:
        opened = replace(device.untested(), stage=Stage.ERASING, erased_at=None)
    return settled(opened, media, at, begun=False)


async def _tell(session: AsyncSession, before: Device, after: Device, at: datetime) -> None:
    if after == before:
        return
    await DeviceRepository.from_session(session).save(after)
    if after.erased_at is not None and after.erased_at != before.erased_at:
        await outbox.append(session, [await told_wiped(session, after, at)])


async def _media(session: AsyncReadSession, device: Device) -> list[Medium]:
    return await DeviceRepository.from_session(session).media(device.id)


async def _present(session: AsyncReadSession, device: Device, serial: str) -> Medium:
    wanted = normalise_serial(serial) or serial.strip().upper()
    found = next((one for one in await _media(session, device) if one.serial == wanted), None)
    if found is None:
        raise MediumNotFound(serial)
    return found


async def _not_wiped_there(
    session: AsyncReadSession, other: Device, medium: Medium, since: UUID | None, field: str
) -> None:
    """What is put into a device is wiped there: a proof of before, of a disk with its number, is none of it.

    `since`: the exit by which it went there; what was wiped after it was said is this disk. Raises DiskThereAlready.
    """
    media, gone = await DeviceRepository.from_session(session).media_and_gone(other.id)
    wiped = [one for one in media if one.wiped_by and (since is None or one.wiped_by < since)]
    for one in [*wiped, *(one for one in gone if one.destroyed)]:
        if is_same_serial(one.serial, medium.serial):
            raise DiskThereAlready(other.label, one, field=field)


async def _other(session: AsyncReadSession, principal: Principal, device_id: UUID, new: NewExit) -> Device:
    if not (new.went_to or "").strip():
        raise WhereTo
    other = await find_device(session, principal, new.went_to or "")
    if other.id == device_id:
        raise WhereTo
    return other


async def _locked(
    session: AsyncSession, principal: Principal, device_id: UUID, other: Device | None
) -> tuple[Device, Device | None]:
    """A device, and the one that its medium was put into: neither becomes ready meanwhile."""
    both = sorted({device_id} if other is None else {device_id, other.id})
    locked = {one: await get_for_update(session, principal, one) for one in both}
    return locked[device_id], locked[other.id] if other is not None else None


def _told(one: Exit) -> dict[str, str]:
    return {"serial": one.medium_serial, "reason": one.reason.value}
