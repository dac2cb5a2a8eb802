"""JSON API of the spare parts."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.web import Page, Paging, Principal, ReadSession, WriteSession, api_router, raises

from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound, MemoryUnknown
from refurbish.parts import service
from refurbish.parts.errors import DestroyedDisk, DiskKeepsData, NotForParts, PartNotFound, WhichWorkshop
from refurbish.parts.kinds import PartKind
from refurbish.parts.repository import PartRepository
from refurbish.parts.schemas import Harvest, NewPart, PartOut
from refurbish.tenancy import AT_WORK, LEADS, workshops_of
from refurbish.workshops.errors import WorkshopNotFound

router = api_router("/parts")
of_devices = api_router("/devices")


@router.get("")
async def list_parts(
    principal: Annotated[Principal, AT_WORK],
    session: ReadSession,
    paging: Paging,
    kind: PartKind | None = None,
    q: Annotated[str, Query(max_length=200, description="what it fits")] = "",
    left: Annotated[bool, Query(description="only what is still there")] = False,
) -> Page[PartOut]:
    """Spare parts of the caller's workshops, newest first."""
    found = await PartRepository.from_session(session).listing(
        workshops_of(principal), kind=kind or "", q=q, is_left=left, part=paging.part
    )
    return paging.of([PartOut.model_validate(part) for part in found.rows], found)


@router.post("", status_code=201, responses=raises(WhichWorkshop, WorkshopNotFound))
async def add_part(body: NewPart, principal: Annotated[Principal, LEADS], session: WriteSession) -> PartOut:
    """Parts were bought: put them into the stock."""
    return PartOut.model_validate(await service.add(session, principal, body))


@router.post("/{part_id}/take-off", responses=raises(PartNotFound))
async def take_off(part_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> PartOut:
    """What is left of these parts is broken, given or not found."""
    await service.take_off(session, principal, part_id)
    part = await PartRepository.from_session(session).get(workshops_of(principal), part_id)
    return PartOut.model_validate(part)


@of_devices.get("/{device_id}/parts", responses=raises(DeviceNotFound))
async def harvested(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> list[PartOut]:
    """Parts that were taken out of this device."""
    device = await devices.find(session, principal, device_id)
    found = await PartRepository.from_session(session).harvested_from(device.id)
    return [PartOut.model_validate(part) for part in found]


@of_devices.post(
    "/{device_id}/parts",
    status_code=201,
    responses=raises(DeviceNotFound, NotForParts, MemoryUnknown, DiskKeepsData, DestroyedDisk),
)
async def harvest(
    device_id: UUID, body: Harvest, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> PartOut:
    """Take a part out of a withdrawn device. A disk only once all of its disks are wiped."""
    return PartOut.model_validate(await service.harvest(session, principal, device_id, body))
