"""JSON API of grading."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, WriteSession, api_router, raises

from refurbish.devices.errors import DeviceNotFound, DeviceNotHere, NotYet
from refurbish.devices.schemas import DeviceOut
from refurbish.grading import service
from refurbish.grading.errors import CannotGrade, NotReusable
from refurbish.grading.schemas import NewGrade
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.post("/{device_id}/grade", responses=raises(DeviceNotFound, DeviceNotHere, NotReusable, NotYet, CannotGrade))
async def grade(
    device_id: UUID, body: NewGrade, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """Grade a tested device by the rule set in force; what is left out is taken from the newest inventory."""
    return DeviceOut.of(await service.grade(session, principal, device_id, body))


@router.post("/{device_id}/ungrade", responses=raises(DeviceNotFound, DeviceNotHere))
async def take_back(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> DeviceOut:
    """Take the grade of a device back, until it is ready: it is tested, and to be graded."""
    return DeviceOut.of(await service.take_back(session, principal, device_id))
