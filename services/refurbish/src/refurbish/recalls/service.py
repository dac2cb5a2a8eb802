"""Bring a ready device back: lock it, apply the rule, begin its sheet anew, note who did it, tell the chain."""

from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.web import Principal

from refurbish.audits.difference import media_seen
from refurbish.audits.repository import AuditRepository
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
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
        await DeviceRepository.from_session(session).save(back)
        # The answers that made it ready stay in the row before; the sheet that counts has none.
        await TestSheetRepository.from_session(session).insert(back, Sheet(back.category, {}), person(principal), at)
        await journal.note(session, principal, JOURNAL, device_id, "recalled", {"code": reason.value})
        await outbox.append(session, events)
        # A disk that an inventory saw while the device was ready, and that could not be declared then.
        newest = await AuditRepository.from_session(session).newest(device_id)
        if newest is not None and newest.facts.media:
            seen = media_seen(back, newest.facts)
            back = await declare_on(session, back, seen, origin="audit", by="audit", at=at)
    return back
