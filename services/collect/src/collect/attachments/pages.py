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
    ngettext,
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
    PdfHasPassword,
    PdfNotRead,
    PhotoNotRead,
    TooManyAttachments,
)

MOST_TOLD = 4  # what is flashed rides in a cookie
REFUSED = (
    *(KindNotTaken, PhotoNotRead, PdfNotRead, PdfHasPassword),
    *(AttachmentTooLarge, TooManyAttachments, AttachmentAway),
)
router = page_router("/dons/{donation_id}/pieces")

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


@router.post("", name="attachments", openapi_extra=body_limit(UPLOAD))
async def add(request: Request, donation_id: UUID, principal: Donor, database: OwnSessions) -> Response:
    """One or several: each is taken or refused for itself, and each refusal names its file."""
    given = [one for one in (await request.form()).getlist("file") if isinstance(one, UploadFile) and one.filename]
    files, refused = await files_of(request), []
    for one in given:
        form = Form[BaseModel]()
        async with attempt(request, form, *REFUSED):
            await service.add(database, files, donation_id, str(one.filename), one, principal)
            continue
        refused.append((service.shown(str(one.filename)), _(form.errors[""])))
    if added := len(given) - len(refused):
        said = ngettext("La pièce jointe est ajoutée.", "%(num)s pièces jointes sont ajoutées.", added)
        flash(request, said % {"num": added})
    if not given:
        flash(request, _(NoFile.title), "stop")
    for name, why in refused[:MOST_TOLD]:
        flash(request, why if len(given) == 1 else f"{name} : {why}", "stop")
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
