"""API of attachments."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Request, Response, UploadFile
from filiere.files import Kept
from filiere.files.kinds import WORDS
from filiere.web import OwnSessions, Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from filiere.web.downloads import as_download, files_of
from filiere.web.request_limits import UPLOAD, body_limit

from collect.attachments import service
from collect.attachments.errors import (
    AttachmentAway,
    AttachmentNotFound,
    AttachmentTooLarge,
    KindNotTaken,
    PdfHasPassword,
    PdfNotRead,
    PhotoNotRead,
    TooManyAttachments,
)
from collect.attachments.schemas import AttachmentOut
from collect.donations.errors import DonationNotFound
from collect.donations.service import get as get_donation
from collect.keys import ATTACHMENTS

router = api_router("/donations/{donation_id}/attachments", tags=["attachments"])

Tool = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(ATTACHMENTS,))]
BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind: {"schema": {"type": "string", "contentMediaType": kind}} for kind in WORDS},
        "description": "The file, of the kind that its bytes say.",
    }
}


@router.get("", responses=raises(DonationNotFound))
async def listing(donation_id: UUID, principal: Tool, session: ReadSession) -> list[AttachmentOut]:
    """What is attached to a donation, in the order in which it was added; twenty files at most.

    A key does not read who added each.
    """
    donation = await get_donation(session, donation_id, principal)
    found = await service.of_donation(session, donation.id, principal)
    shown = [AttachmentOut.model_validate(one) for one in found]
    return [one.model_copy(update={"added_by_name": ""}) for one in shown] if principal.is_key else shown


async def taken_in(
    request: Request,
    donation_id: UUID,
    principal: Tool,
    database: OwnSessions,
    file: Annotated[UploadFile, File(description="A photo (JPEG, PNG, WebP, HEIC) or a PDF, 10 MB at most")],
) -> tuple[str, Kept]:
    """The file, kept before the unit of work begins: no connection is held while bytes go by."""
    return file.filename or "", await service.take_in(database, await files_of(request), donation_id, file, principal)


@router.post(
    "",
    status_code=201,
    openapi_extra=body_limit(UPLOAD),
    responses=raises(
        *(DonationNotFound, KindNotTaken, PhotoNotRead, PdfNotRead, PdfHasPassword),
        *(AttachmentTooLarge, TooManyAttachments, AttachmentAway),
    ),
)
async def add(
    donation_id: UUID,
    principal: Tool,
    taken: Annotated[tuple[str, Kept], Depends(taken_in)],
    session: WriteSession,
) -> AttachmentOut:
    """Attach a photo, or a PDF that opens. What a photo says of where, when and by whom it was taken is not kept."""
    name, kept = taken
    return AttachmentOut.model_validate(await service.name(session, donation_id, name, kept, principal))


@router.get(
    "/{attachment_id}", responses={**BYTES, **raises(AttachmentNotFound, AttachmentAway)}, response_class=Response
)
async def download(
    request: Request, donation_id: UUID, attachment_id: UUID, principal: Tool, session: ReadSession
) -> Response:
    """The file itself, as a download."""
    found, pieces = await service.read(session, await files_of(request), donation_id, attachment_id, principal)
    return as_download(found.name, found.media_type, pieces, size=found.size)


@router.delete("/{attachment_id}", status_code=204, responses=raises(DonationNotFound))
async def remove(donation_id: UUID, attachment_id: UUID, principal: Tool, session: WriteSession) -> None:
    """Take a file off the donation; its bytes go when nothing else names them. Twice is as good as once."""
    await service.remove(session, donation_id, attachment_id, principal)
