"""Back to the bench: lock the device, apply the rule, begin its sheet anew, note who did it, tell the chain."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.web import Principal

from refurbish.audits.difference import media_seen
from refurbish.audits.repository import AuditRepository
from refurbish.cycles.repository import CycleRepository
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.events import DeviceEvent
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.devices.stages import Stage
from refurbish.erasure import rules as erasure_rules
from refurbish.erasure.repository import ErasureRepository
from refurbish.erasure.service import declare_on
from refurbish.tenancy import person
from refurbish.test_sheets.repository import TestSheetRepository
from refurbish.test_sheets.sheet import Sheet


async def recall(session: AsyncSession, principal: Principal, device_id: UUID, reason: RecallReason) -> Device:
    """Back to the bench; doing it again changes nothing. Raises DeviceNotFound and what `rules.recall` does."""
    device = await get_for_update(session, principal, device_id)
    at = now()
    back, events = rules.recall(device, reason, at)
    if events:
        await CycleRepository.from_session(session).end(device, reason, at)
        await journal.note(session, principal, JOURNAL, device_id, "recalled", {"code": reason.value})
        back = await _begin_anew(session, principal, back, events, at)
    return back


async def reopen(session: AsyncSession, principal: Principal, device_id: UUID) -> Device:
    """A withdrawn device is worked on after all. Raises DeviceNotFound and what `rules.reopen` does."""
    device = await get_for_update(session, principal, device_id)
    at = now()
    back, events = rules.reopen(device, await DeviceRepository.from_session(session).media(device_id), at)
    if events:
        await journal.note(session, principal, JOURNAL, device_id, "reopened")
        back = await _begin_anew(session, principal, back, events, at)
        if back.stage is Stage.ERASED:
            proofs = await ErasureRepository.from_session(session).proofs(device_id)
            erased = erasure_rules.erased(back, proofs, at) if proofs else erasure_rules.nothing_to_wipe(back, at)
            await outbox.append(session, [erased])
    return back


async def _begin_anew(
    session: AsyncSession, principal: Principal, back: Device, events: Sequence[DeviceEvent], at: datetime
) -> Device:
    """Keep it, with a sheet that has no answer (those it had stay in the row before), and tell the chain."""
    await DeviceRepository.from_session(session).save(back)
    await TestSheetRepository.from_session(session).insert(back, Sheet(back.category, {}), person(principal), at)
    await outbox.append(session, events)
    return await _declare_what_was_seen(session, back, at)


async def _declare_what_was_seen(session: AsyncSession, device: Device, at: datetime) -> Device:
    """A disk that an inventory saw while the device was not on the bench, and that could not be declared then."""
    newest = await AuditRepository.from_session(session).newest(device.id)
    if newest is None or not newest.facts.media:
        return device
    seen = media_seen(device, newest.facts)
    return await declare_on(session, device, seen, origin="audit", by="audit", at=at)
