"""JSON API of what is installed."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises

from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.installs import service
from refurbish.installs.errors import NoSystem
from refurbish.installs.repository import InstallRepository
from refurbish.installs.schemas import InstallOut, NewInstall
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.get("/{device_id}/software", responses=raises(DeviceNotFound))
async def get_software(
    device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> InstallOut | None:
    """What was said last of this device, in the cycle that goes on; null when nobody said anything."""
    device = await devices.find(session, principal, device_id)
    found = await InstallRepository.from_session(session).newest(device)
    return InstallOut.model_validate(found) if found is not None else None


@router.post("/{device_id}/software", responses=raises(DeviceNotFound, DeviceNotHere, NoSystem))
async def record_software(
    device_id: UUID, body: NewInstall, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> InstallOut:
    """Say what is installed, whether a licence key was used, and how the battery is. The last word counts."""
    return InstallOut.model_validate(await service.record(session, principal, device_id, body))
