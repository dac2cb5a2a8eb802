"""Correct what a device is: lock it, apply the rule, begin its sheet anew where that is void, tell the chain."""

from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.web import Principal

from refurbish.corrections.rules import changes
from refurbish.corrections.rules import correct as corrected
from refurbish.corrections.schemas import Correction
from refurbish.devices.device import Device
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.devices.stages import Stage
from refurbish.erasure.service import told_wiped
from refurbish.tenancy import person
from refurbish.test_sheets.repository import TestSheetRepository
from refurbish.test_sheets.sheet import Sheet


async def correct(session: AsyncSession, principal: Principal, device_id: UUID, said: Correction) -> Device:
    """Say what the device really is. Raises DeviceNotFound and what `rules.correct` does."""
    device = await get_for_update(session, principal, device_id)
    devices = DeviceRepository.from_session(session)
    at = now()
    right, events = corrected(device, await devices.media(device.id), said, at)
    if not events:
        return device
    details = {"code": said.reason.value, "changed": changes(device, right)}
    await journal.note(session, principal, JOURNAL, device.id, "corrected", details)
    await devices.save(right)
    if right.category is not device.category:
        await TestSheetRepository.from_session(session).insert(right, Sheet(right.category, {}), person(principal), at)
        if right.stage is Stage.ERASED:
            events.append(await told_wiped(session, right, at))
    await outbox.append(session, events)
    return right
