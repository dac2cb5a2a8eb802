"""JSON API of the devices."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.catalogue.categories import Category
from filiere.web import Page, Paging, Principal, ReadSession, WriteSession, api_router, raises

from refurbish.devices import service
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere, Promised, StepsAreMissing
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.schemas import DeviceOut, Withdrawal
from refurbish.devices.stages import KnownStage, Stage
from refurbish.tenancy import AT_WORK, workshops_of

router = api_router("/devices")


@router.get("")
async def list_devices(
    principal: Annotated[Principal, AT_WORK],
    session: ReadSession,
    paging: Paging,
    status: Annotated[list[KnownStage] | None, Query(max_length=len(Stage), description="work stages")] = None,
    q: Annotated[str, Query(max_length=200, description="label, serial, maker or model")] = "",
    lot: UUID | None = None,
    category: Category | None = None,
) -> Page[DeviceOut]:
    """The devices of the caller's workshops, newest first."""
    found = await DeviceRepository.from_session(session).listing(
        workshops_of(principal), stages=status or (), q=q, lot_id=lot, category=category, part=paging.part
    )
    return paging.of([DeviceOut.of(device) for device in found.rows], found)


@router.post("/{device_id}/ready", responses=raises(DeviceNotFound, DeviceNotHere, StepsAreMissing))
async def make_ready(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> DeviceOut:
    """Declare the device refurbished: wiped, tested, graded. 409 with every obstacle otherwise."""
    return DeviceOut.of(await service.make_ready(session, principal, device_id))


@router.post("/{device_id}/withdraw", responses=raises(DeviceNotFound, DeviceNotHere, Promised))
async def withdraw(
    device_id: UUID, body: Withdrawal, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """Give the device up, with the reason the donor will read."""
    return DeviceOut.of(await service.withdraw(session, principal, device_id, body.reason))
