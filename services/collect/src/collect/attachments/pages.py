"""Pages of attachments: forms of a donation's page, and the files themselves."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.web import (
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    page_router,
    path,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.downloads import as_download, files_of
from filiere.web.request_limits import UPLOAD, body_limit
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from collect.attachments import service
from collect.attachments.errors import (
    AttachmentAway,
    AttachmentTooLarge,
    KindNotTaken,
    NoFile,
    PhotoNotRead,
    TooManyAttachments,
)

router = page_router("/dons/{donation_id}/pieces")

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


@router.post("", name="attachments", openapi_extra=body_limit(UPLOAD))
async def add(request: Request, donation_id: UUID, principal: Donor, database: OwnSessions) -> Response:
    given = (await request.form()).get("file")
    form = Form[BaseModel]()
    async with attempt(
        request, form, NoFile, KindNotTaken, PhotoNotRead, AttachmentTooLarge, TooManyAttachments, AttachmentAway
    ):
        if not isinstance(given, UploadFile) or not given.filename:
            raise NoFile
        await service.add(database, await files_of(request), donation_id, given.filename, given, principal)
        flash(request, _("La pièce jointe est ajoutée."))
        return redirect(path("donation", donation_id=donation_id))
    flash(request, _(form.errors[""]), "stop")
    return redirect(path("donation", donation_id=donation_id))


@router.get("/{attachment_id}", name="attachment")
async def download(
    request: Request, donation_id: UUID, attachment_id: UUID, principal: Donor, session: ReadSession
) -> Response:
    found, pieces = await service.read(session, await files_of(request), donation_id, attachment_id, principal)
    return as_download(found.name, found.media_type, pieces, size=found.size)


@router.post("/{attachment_id}/retirer", name="remove_attachment")
async def remove(
    request: Request, donation_id: UUID, attachment_id: UUID, principal: Donor, session: WriteSession
) -> Response:
    await service.remove(session, donation_id, attachment_id, principal)
    flash(request, _("La pièce jointe est retirée."))
    return redirect(path("donation", donation_id=donation_id))
