"""Fill a device's test sheet."""

from collections.abc import Sequence
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.web import Principal

from refurbish.devices.device import Device
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.tenancy import person
from refurbish.test_sheets.repository import TestSheetRepository
from refurbish.test_sheets.schemas import TestResult
from refurbish.test_sheets.sheet import Sheet, apply_sheet


async def record_tests(
    session: AsyncSession,
    principal: Principal,
    device_id: UUID,
    results: Sequence[TestResult],
    *,
    is_rest_good: bool = False,
) -> tuple[Device, Sheet]:
    """Add answers to the sheet; the same answers again change nothing.

    `is_rest_good`: every point without an answer, of these or of a colleague's, passes. The device moves
    once every point is answered. Raises what `Sheet.fill` and `sheet.apply_sheet` do.
    """
    device = await get_for_update(session, principal, device_id)
    devices, sheets = DeviceRepository.from_session(session), TestSheetRepository.from_session(session)
    before = await sheets.newest(device)
    sheet = before.fill(results)
    if is_rest_good:
        sheet = sheet.with_the_rest_good()
    at = now()
    tested, events = apply_sheet(device, await devices.media(device.id), sheet, at)
    if sheet == before and (tested.tests_passed is device.tests_passed):
        return device, sheet
    await sheets.insert(device, sheet, person(principal), at)
    if changed := sheet.changed_since(before):
        await journal.note(session, principal, JOURNAL, device.id, "sheet-changed", {"points": changed})
    if tested != device:
        await devices.save(tested)
        await outbox.append(session, events)
    return tested, sheet
