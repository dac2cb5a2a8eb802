"""Fill a device's test sheet."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.web import Principal

from refurbish.devices.device import Device
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.erasure.service import completed
from refurbish.tenancy import person
from refurbish.test_sheets.repository import TestSheetRepository
from refurbish.test_sheets.schemas import TestResult
from refurbish.test_sheets.sheet import Clash, Sheet, apply_sheet


class Recorded(NamedTuple):
    """The device and its sheet afterwards; what clashed was not taken."""

    device: Device
    sheet: Sheet
    clashes: Sequence[Clash]


async def record_tests(
    session: AsyncSession,
    principal: Principal,
    device_id: UUID,
    results: Sequence[TestResult],
    *,
    is_rest_good: bool = False,
) -> Recorded:
    """Add answers to the sheet; the same answers again change nothing.

    `is_rest_good`: every point without an answer, of these or of a colleague's, passes, unless something clashed:
    that is looked at first. The device moves once every point is answered. Raises what `Sheet.fill` and
    `sheet.apply_sheet` do.
    """
    device = await get_for_update(session, principal, device_id)
    devices, sheets = DeviceRepository.from_session(session), TestSheetRepository.from_session(session)
    before = await sheets.newest(device)
    at, by = now(), person(principal)
    sheet, clashes = before.fill(results, by=by, at=at)
    if is_rest_good and not clashes:
        sheet = sheet.with_the_rest_good(by=by, at=at)
    tested, events = apply_sheet(device, await devices.media(device.id), sheet, at)
    if sheet == before and (tested.tests_passed is device.tests_passed):
        return Recorded(device, sheet, clashes)
    await sheets.insert(device, sheet, by, at)
    if changed := sheet.changed_since(before):
        await journal.note(session, principal, JOURNAL, device.id, "sheet-changed", {"points": changed})
    if tested != device:
        await devices.save(tested)
        await outbox.append(session, await completed(session, tested, events, at))
    return Recorded(tested, sheet, clashes)
