"""JSON API of one device with what to do next."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.bounded_types import Scanned
from pydantic import Field

from refurbish.aliases import service as aliases
from refurbish.bench.detail import detail_of
from refurbish.devices import service
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.devices.schemas import DeviceDetail
from refurbish.erasure import service as erasure
from refurbish.erasure.errors import MediaAreDeclared, MemoryIsSoldered, NoneAndSome, TooManyMedia, UnreadableSerial
from refurbish.erasure.schemas import NewMedium
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.get("/by-label/{label}", responses=raises(DeviceNotFound))
async def get_by_label(label: Scanned, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> DeviceDetail:
    """The device of a label, or of anything else it is known by, however it was typed or scanned."""
    device = await aliases.find(session, principal, label)
    detail = await detail_of(session, principal, device)
    return DeviceDetail.detailed(device, detail.media, detail.step)


@router.get("/{device_id}", responses=raises(DeviceNotFound))
async def get_device(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> DeviceDetail:
    """One device, with its media and what to do next."""
    device = await service.find(session, principal, device_id)
    detail = await detail_of(session, principal, device)
    return DeviceDetail.detailed(device, detail.media, detail.step)


@router.post(
    "/{device_id}/media",
    responses=raises(
        DeviceNotFound, DeviceNotHere, MediaAreDeclared, MemoryIsSoldered, NoneAndSome, TooManyMedia, UnreadableSerial
    ),
)
async def declare_media(
    device_id: UUID,
    body: Annotated[list[NewMedium], Field(min_length=1, max_length=16)],
    principal: Annotated[Principal, AT_WORK],
    session: WriteSession,
) -> DeviceDetail:
    """Say which storage media the device has; `[{"kind": "none"}]` states that it has none."""
    device = await erasure.declare_media(session, principal, device_id, body)
    detail = await detail_of(session, principal, device)
    return DeviceDetail.detailed(device, detail.media, detail.step)
