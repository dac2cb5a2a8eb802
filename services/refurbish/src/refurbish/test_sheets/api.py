"""JSON API of the test sheet."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises

from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere, NotYet
from refurbish.tenancy import AT_WORK
from refurbish.test_sheets import service
from refurbish.test_sheets.checklists import checklist_name
from refurbish.test_sheets.errors import AnsweredMeanwhile, PointNotOptional, UnknownPoint
from refurbish.test_sheets.repository import TestSheetRepository
from refurbish.test_sheets.schemas import NewTests, PointOut, SheetOut
from refurbish.test_sheets.sheet import Sheet

router = api_router("/devices")


@router.get("/{device_id}/tests", responses=raises(DeviceNotFound))
async def get_sheet(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> SheetOut:
    """The points to try on this device, with the answers so far."""
    device = await devices.find(session, principal, device_id)
    return _out(device, await TestSheetRepository.from_session(session).newest(device))


@router.post(
    "/{device_id}/tests",
    responses=raises(DeviceNotFound, DeviceNotHere, NotYet, PointNotOptional, UnknownPoint, AnsweredMeanwhile),
)
async def record_tests(
    device_id: UUID, body: NewTests, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> SheetOut:
    """Add answers. The device is tested once every point has one; a failure sends it to repair."""
    recorded = await service.record_tests(session, principal, device_id, body.results)
    if recorded.clashes:
        raise AnsweredMeanwhile([clash.point for clash in recorded.clashes])
    return _out(recorded.device, recorded.sheet)


def _out(device: Device, sheet: Sheet) -> SheetOut:
    return SheetOut(
        device_id=device.id,
        stage=device.stage,
        checklist=checklist_name(),
        passed=sheet.passed,
        missing=[point.test for point in sheet.missing],
        failures=[point.name for point in sheet.failed],
        points=[
            PointOut(
                test=point.test,
                name=point.name,
                optional=point.optional,
                answered=(answer := sheet.answers.get(point.test)) is not None,
                passed=answer.passed if answer else None,
                note=answer.note if answer else None,
                said=answer.said if answer else "",
                answered_by=answer.by if answer else None,
                answered_at=answer.at if answer else None,
            )
            for point in sheet.points
        ],
    )
