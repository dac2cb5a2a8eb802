"""JSON API of media and erasures."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.request_limits import MIB, body_limit

from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.schemas import MediumOut
from refurbish.erasure import service
from refurbish.erasure.errors import (
    EvidenceSaysOtherwise,
    OverwritingIsNotEnough,
    ReportAsks,
    ReportNotFound,
    UnknownMedium,
)
from refurbish.erasure.repository import ErasureRepository
from refurbish.erasure.schemas import ErasureOut, ErasureRecorded, NewErasure
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.get("/{device_id}/media", responses=raises(DeviceNotFound))
async def list_media(
    device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> list[MediumOut]:
    """The device's media and where their erasures stand."""
    device = await devices.find(session, principal, device_id)
    return [MediumOut.model_validate(one) for one in await DeviceRepository.from_session(session).media(device.id)]


@router.post(
    "/{device_id}/erasures",
    status_code=201,
    openapi_extra=body_limit(MIB),
    responses=raises(
        DeviceNotFound,
        DeviceNotHere,
        UnknownMedium,
        EvidenceSaysOtherwise,
        OverwritingIsNotEnough,
        ReportAsks,
        ReportNotFound,
    ),
)
async def record_erasure(
    device_id: UUID, body: NewErasure, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> ErasureRecorded:
    """Record the report of one erasure. The caller is the operator; a second person verifies it (`/verifications`)."""
    device, medium = await service.record_erasure(session, principal, device_id, body)
    return ErasureRecorded(device_id=device.id, stage=device.stage, medium=MediumOut.model_validate(medium))


@router.get("/{device_id}/erasures", responses=raises(DeviceNotFound))
async def list_erasures(
    device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> list[ErasureOut]:
    """Every attempt, oldest first."""
    device = await devices.find(session, principal, device_id)
    found = await ErasureRepository.from_session(session).of_device(device.id)
    return [ErasureOut.model_validate(erasure) for erasure in found]
