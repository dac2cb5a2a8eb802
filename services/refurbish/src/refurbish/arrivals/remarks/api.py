"""JSON API of remarks at arrival."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises

from refurbish.arrivals.remarks import service
from refurbish.arrivals.remarks.repository import RemarkRepository
from refurbish.arrivals.remarks.schemas import Remarks
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.devices.service import find
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.get("/{device_id}/remarks", responses=raises(DeviceNotFound))
async def get_remarks(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Remarks:
    """What was seen of the device when it arrived."""
    device = await find(session, principal, device_id)
    return Remarks(remarks=await RemarkRepository.from_session(session).of_device(device.id))


@router.put("/{device_id}/remarks", responses=raises(DeviceNotFound, DeviceNotHere))
async def put_remarks(
    device_id: UUID, body: Remarks, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Remarks:
    """Say it; the donor's history of the device tells it."""
    return Remarks(remarks=await service.remark(session, principal, device_id, body.remarks))
