"""JSON API of the photos."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Request, Response, UploadFile
from filiere.files import Kept
from filiere.files.photos import SHOWN
from filiere.web import OwnSessions, Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.downloads import as_picture, files_of
from filiere.web.request_limits import UPLOAD, body_limit

from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound
from refurbish.photos import service
from refurbish.photos.errors import NotAPhoto, PhotoAway, PhotoDamaged, PhotoNotFound, PhotoTooLarge, TooManyPhotos
from refurbish.photos.repository import PhotoRepository
from refurbish.photos.schemas import PhotoOut
from refurbish.tenancy import AT_WORK

router = api_router("/devices/{device_id}/photos", tags=["photos"])

BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind: {"schema": {"type": "string", "contentMediaType": kind}} for kind in sorted(SHOWN)},
        "description": "The picture, of the kind that its bytes say.",
    }
}


@router.get("", responses=raises(DeviceNotFound))
async def listing(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> list[PhotoOut]:
    """Photos of a device, in the order in which they were added."""
    device = await devices.find(session, principal, device_id)
    return [PhotoOut.model_validate(one) for one in await PhotoRepository.from_session(session).of_device(device.id)]


async def taken_in(
    request: Request,
    device_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    database: OwnSessions,
    file: Annotated[UploadFile, File(description="A photo (JPEG, PNG, WebP), 10 MB at most")],
) -> Kept:
    """The photo, kept before the unit of work begins: no connection is held while bytes go by."""
    return await service.take_in(database, await files_of(request), device_id, file, principal)


@router.post(
    "",
    status_code=201,
    openapi_extra=body_limit(UPLOAD),
    responses=raises(DeviceNotFound, NotAPhoto, PhotoDamaged, PhotoTooLarge, TooManyPhotos, PhotoAway),
)
async def add(
    device_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    kept: Annotated[Kept, Depends(taken_in)],
    session: WriteSession,
) -> PhotoOut:
    """Add a photo; it is kept without what it says of where, when and by whom it was taken."""
    return PhotoOut.model_validate(await service.name(session, device_id, kept, principal))


@router.get("/{photo_id}", responses={**BYTES, **raises(PhotoNotFound, PhotoAway)}, response_class=Response)
async def picture(
    request: Request, device_id: UUID, photo_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """The picture itself."""
    photo, pieces = await service.read(session, await files_of(request), device_id, photo_id, principal)
    return as_picture(photo.media_type, photo.size, pieces)


@router.delete("/{photo_id}", status_code=204, responses=raises(DeviceNotFound))
async def remove(
    device_id: UUID, photo_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> None:
    """Take a photo off the device. Twice is as good as once."""
    await service.remove(session, device_id, photo_id, principal)
