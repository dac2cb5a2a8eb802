"""Forms and pictures of the device's page: take a photo, see it, take it away."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page_router,
    path,
    redirect,
)
from filiere.web.downloads import as_picture, files_of
from filiere.web.request_limits import UPLOAD, body_limit
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from refurbish.photos import service
from refurbish.photos.errors import NoPhoto, NotAPhoto, PhotoAway, PhotoDamaged, PhotoTooLarge, TooManyPhotos
from refurbish.tenancy import AT_WORK

router = page_router("/equipements/{device_id}/photos")


@router.post("", name="device_photos", openapi_extra=body_limit(UPLOAD))
async def add(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], database: OwnSessions
) -> Response:
    """A photo was taken."""
    given = (await request.form()).get("photo")
    form = Form[BaseModel]()
    async with attempt(request, form, NoPhoto, NotAPhoto, PhotoDamaged, PhotoTooLarge, TooManyPhotos, PhotoAway):
        if not isinstance(given, UploadFile) or not given.filename:
            raise NoPhoto
        kept = await service.take_in(database, await files_of(request), device_id, given, principal)
        async with database.unit_of_work() as session:
            await service.name(session, device_id, kept, principal)
        flash(request, gettext("La photo est ajoutée."))
        return redirect(path("device", device_id=device_id))
    flash(request, gettext(form.errors[""]), "stop")
    return redirect(path("device", device_id=device_id))


@router.get("/{photo_id}", name="device_photo")
async def picture(
    request: Request, device_id: UUID, photo_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """The picture itself."""
    photo, pieces = await service.read(session, await files_of(request), device_id, photo_id, principal)
    return as_picture(photo.media_type, photo.size, pieces)


@router.post("/{photo_id}/retirer", name="remove_device_photo")
async def remove(
    request: Request, device_id: UUID, photo_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It shows nothing that is of use, or somebody."""
    await service.remove(session, device_id, photo_id, principal)
    flash(request, gettext("La photo est retirée."))
    return redirect(path("device", device_id=device_id))
