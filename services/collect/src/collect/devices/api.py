"""API of devices and what became of them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.web import Principal, ReadSession, Role, allow, api_router, raises

from collect.devices.errors import DeviceNotFound
from collect.devices.history.service import found, way_of
from collect.devices.history.steps import Step
from collect.devices.repository import DeviceRepository
from collect.devices.schemas import DeviceLine
from collect.devices.words import line_of
from collect.keys import READ
from collect.tenancy import donors_of

router = api_router("", tags=["devices"])

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(READ,))]


@router.get("/devices")
async def search(
    principal: Reader,
    session: ReadSession,
    q: Annotated[str, Query(max_length=60, description="label, or how a serial, an IMEI or a tag begins")] = "",
) -> list[DeviceLine]:
    """Devices by what is written on them, the newest first; at most fifty."""
    return [line_of(device) for device in await found(session, principal, q)]


@router.get("/devices/{device_id}", responses=raises(DeviceNotFound))
async def get(device_id: UUID, principal: Reader, session: ReadSession) -> DeviceLine:
    """One device."""
    device = await DeviceRepository.from_session(session).get(donors_of(principal), device_id)
    if device is None:
        raise DeviceNotFound(device_id)
    return line_of(device)


@router.get("/devices/{device_id}/history", responses=raises(DeviceNotFound))
async def history(device_id: UUID, principal: Reader, session: ReadSession) -> list[Step]:
    """What happened to a device over the three services, the newest first."""
    return await way_of(session, await get(device_id, principal, session), principal)
