"""JSON API of corrections."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, WriteSession, api_router, raises

from refurbish.aliases.errors import NotAnIdentifier
from refurbish.corrections import service
from refurbish.corrections.schemas import Correction
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.devices.schemas import DeviceOut
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.post("/{device_id}/corrections", responses=raises(DeviceNotFound, DeviceNotHere, NotAnIdentifier))
async def correct(
    device_id: UUID, body: Correction, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """Say what the device really is. Another category makes its tests and its grade void."""
    return DeviceOut.of(await service.correct(session, principal, device_id, body))
