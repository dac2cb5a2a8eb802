"""API of devices and what became of them."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, Role, allow, api_router

from collect.devices.errors import DeviceNotFound
from collect.devices.repository import DeviceRepository
from collect.devices.schemas import DeviceLine
from collect.devices.words import line_of
from collect.tenancy import donors_of

router = api_router("", tags=["devices"])

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


@router.get("/devices/{device_id}")
async def get(device_id: UUID, principal: Donor, session: ReadSession) -> DeviceLine:
    """One device."""
    device = await DeviceRepository.from_session(session).get(donors_of(principal), device_id)
    if device is None:
        raise DeviceNotFound(device_id)
    return line_of(device)
