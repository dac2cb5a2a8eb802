"""Back to the bench: lock the device, apply the rule, begin its sheet anew, note who did it, tell the chain."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import EVERYBODY, AsyncSession
from filiere.web import Principal

from refurbish.audits.difference import media_seen
from refurbish.audits.known import known
from refurbish.audits.repository import AuditRepository
from refurbish.audits.service import unknown_disks
from refurbish.cycles.repository import CycleRepository
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.events import DeviceEvent
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.devices.stages import Stage
from refurbish.erasure.repository import ErasureRepository
from refurbish.erasure.service import declare_on, told_wiped
from refurbish.tenancy import person
from refurbish.test_sheets.repository import TestSheetRepository
from refurbish.test_sheets.sheet import Sheet
from refurbish.waste.errors import GoneAsWaste
from refurbish.waste.repository import WasteRepository
from refurbish.workshops.repository import WorkshopRepository

NETWORK = "Filière"
"""Who begins the sheet of a device that distribute gave back."""


async def recall(
    session: AsyncSession,
    principal: Principal,
    device_id: UUID,
    reason: RecallReason,
    promised_to: UUID | None = None,
) -> Device:
    """Back to the bench, or asked back when it is promised; doing it again changes nothing.

    Raises DeviceNotFound and what `rules.recall` does.
    """
    device = await get_for_update(session, principal, device_id)
    at = now()
    back, events = rules.recall(device, reason, at, promised_to)
    if not events:
        return back
    if back.recall_asked_at is not None:
        return await _ask(session, principal, back, events, "recall-asked", {"code": reason.value})
    await CycleRepository.from_session(session).end(device, reason, at)
    await journal.note(session, principal, JOURNAL, device_id, "recalled", {"code": reason.value})
    return await _begin_anew(session, principal, back, events, at)


async def still_here(session: AsyncSession, principal: Principal, device_id: UUID) -> Device:
    """It was said to have left and lies here. Raises DeviceNotFound and what `rules.still_here` does."""
    device = await get_for_update(session, principal, device_id)
    asked, events = rules.still_here(device, now())
    return await _ask(session, principal, asked, events, "still-here", {}) if events else asked


async def _ask(
    session: AsyncSession,
    principal: Principal,
    asked: Device,
    events: Sequence[DeviceEvent],
    verb: str,
    details: dict[str, str],
) -> Device:
    await DeviceRepository.from_session(session).save(asked)
    await journal.note(session, principal, JOURNAL, asked.id, verb, details)
    await outbox.append(session, events)
    return asked


async def answered(session: AsyncSession, device: Device, at: datetime, *, given_back: bool) -> None:
    """What distribute decided of a device that is locked. Of one that nobody waits for any more it changes nothing."""
    devices = DeviceRepository.from_session(session)
    if device.recall_asked_at is None or device.recall_code is None:
        return
    if not given_back or device.stage not in {Stage.READY, Stage.LEFT}:
        await devices.save(rules.kept(device))
        await journal.note(session, journal.NETWORK, JOURNAL, device.id, "recall-refused")
        return
    comes_back_for = device.away.reason if device.away is not None else None
    if (
        device.stage is Stage.LEFT
        and comes_back_for is None
        and not device.was_used
        and not await unknown_disks(session, device)
    ):
        workshop = await WorkshopRepository.from_session(session).get(EVERYBODY, device.workshop_id)
        assert workshop is not None  # a device belongs to a workshop by foreign key
        finish = await devices.finish(device)
        here, events = rules.found_here(device, workshop.name, workshop.territory, at, finish)
        await devices.save(here)
        await journal.note(session, journal.NETWORK, JOURNAL, device.id, "never-left")
        await outbox.append(session, events)
        return
    reason = comes_back_for or (RecallReason.OTHER if device.was_used else RecallReason(device.recall_code))
    back, events = rules.brought_back(device, reason, at, await devices.media(device.id))
    await CycleRepository.from_session(session).end(device, reason, at)
    await journal.note(session, journal.NETWORK, JOURNAL, device.id, "recalled", {"code": reason.value})
    await _begin_anew(session, None, back, events, at, was_used=device.was_used)


async def reopen(session: AsyncSession, principal: Principal, device_id: UUID) -> Device:
    """A withdrawn device is worked on after all. Raises DeviceNotFound, GoneAsWaste and what `rules.reopen` does."""
    device = await get_for_update(session, principal, device_id)
    at = now()
    if device.stage is Stage.WITHDRAWN and await WasteRepository.from_session(session).left([device_id]):
        raise GoneAsWaste(device.label)
    back, events = rules.reopen(device, await DeviceRepository.from_session(session).media(device_id), at)
    if events:
        await journal.note(session, principal, JOURNAL, device_id, "reopened")
        back = await _begin_anew(session, principal, back, events, at)
        if back.stage is Stage.ERASED:
            await outbox.append(session, [await told_wiped(session, back, at)])
    return back


async def _begin_anew(
    session: AsyncSession,
    principal: Principal | None,
    back: Device,
    events: Sequence[DeviceEvent],
    at: datetime,
    *,
    was_used: bool = False,
) -> Device:
    """Keep it, with a sheet that has no answer (those it had stay in the row before), and tell the chain."""
    await DeviceRepository.from_session(session).save(back)
    if was_used:
        await ErasureRepository.from_session(session).forget(back)
    await TestSheetRepository.from_session(session).insert(back, Sheet(back.category, {}), _who(principal), at)
    await outbox.append(session, events)
    return await _declare_what_was_seen(session, back, at)


def _who(principal: Principal | None) -> str:
    return person(principal) if principal is not None else NETWORK


async def _declare_what_was_seen(session: AsyncSession, device: Device, at: datetime) -> Device:
    """A disk that an inventory saw while the device was not on the bench, and that could not be declared then."""
    audits = await AuditRepository.from_session(session).of_device(device.id)
    facts = known(audits).facts
    seen = media_seen(device, facts, await DeviceRepository.from_session(session).media(device.id))
    if not seen:
        return device
    return await declare_on(session, device, seen, origin="audit", by="audit", at=at)
