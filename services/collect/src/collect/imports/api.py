"""API of imports."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, File, Form, Request, Response, UploadFile
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import (
    Principal,
    ReadSession,
    Role,
    StreamSession,
    WriteSession,
    allow,
    api_router,
    own_settings,
    raises,
)
from filiere.web.app_state import app_state
from filiere.web.request_limits import UPLOAD, body_limit

from collect.donations.errors import BeingAccepted, DonationNotFound, DonationNotInState, NothingToSend, TooManyDevices
from collect.donations.faulty_rows import faulty_rows_csv
from collect.donors.errors import DonorNotFound
from collect.imports import service
from collect.imports.correction import Again, corrections_of, keep, read_by
from collect.imports.errors import (
    AnotherDonor,
    ColumnsAreFixed,
    ImportNotFound,
    ImportNotReady,
    NothingToConfirm,
    UnfitColumns,
    UnreadableFile,
)
from collect.imports.schemas import (
    ConfirmedOut,
    CorrectColumns,
    DraftedOut,
    ImportOut,
    ImportProgress,
    ImportRecord,
    IntoDraft,
)
from collect.imports.uploads import Upload, taken_up
from collect.keys import DECLARE
from collect.settings import CollectSettings

router = api_router("/donations/imports", tags=["imports"])

Declarer = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(DECLARE,))]

_OF_ITS_DRAFT = (
    *(ImportNotFound, ImportNotReady, UnreadableFile, AnotherDonor),
    *(DonationNotFound, DonationNotInState, BeingAccepted, TooManyDevices),
)

OwnSettings = Annotated[CollectSettings, own_settings(CollectSettings)]


async def uploaded(
    request: Request,
    settings: OwnSettings,
    principal: Declarer,
    donor_id: Annotated[UUID, Form()],
    file: Annotated[UploadFile, File(description="XLSX, ODS, XLS, or CSV in any encoding and with any delimiter")],
) -> AsyncIterator[Upload]:
    """The file, looked at before the unit of work begins; in hand until the handler is done with it."""
    corrections = await corrections_of(app_state(request).database, donor_id, principal)
    async with taken_up(file.file, file.filename or "", settings.import_max_rows, corrections) as upload:
        yield upload


@router.post(
    "",
    status_code=201,
    openapi_extra=body_limit(UPLOAD),
    responses={
        202: {"model": ImportProgress, "description": "A long file: it is read by the worker; ask `Location`."},
        **raises(DonorNotFound, UnreadableFile),
    },
)
async def preview(
    request: Request,
    response: Response,
    principal: Declarer,
    donor_id: Annotated[UUID, Form()],
    upload: Annotated[Upload, Depends(uploaded, scope="function")],
    session: WriteSession,
) -> ImportOut | ImportProgress:
    """Read a fleet file: what would be accepted, and why not the rest. Declares nothing yet.

    A long file is answered with 202 and the address that tells how far it is read; the same file again is the same
    import, read or not.
    """
    found = await service.take_in(session, upload, donor_id, principal)
    if isinstance(found, ImportProgress):
        response.status_code = 202
        response.headers["location"] = f"{request.url.path}/{found.import_id}"
        return found
    return await service.described(session, found, principal)


@router.get("/{import_id}", responses=raises(ImportNotFound))
async def get(import_id: UUID, principal: Declarer, session: ReadSession) -> ImportOut | ImportProgress:
    """A preview made before, or how far its file is read."""
    found = await service.find(session, import_id, principal)
    return found if isinstance(found, ImportProgress) else await service.described(session, found, principal)


@router.put(
    "/{import_id}/columns",
    responses={
        202: {"model": ImportProgress, "description": "A long list: it is read again by the worker."},
        **raises(ImportNotFound, ImportNotReady, ColumnsAreFixed, UnfitColumns, UnreadableFile),
    },
)
async def correct(
    request: Request,
    response: Response,
    import_id: UUID,
    command: CorrectColumns,
    principal: Declarer,
    settings: OwnSettings,
    session: WriteSession,
) -> ImportOut | ImportProgress:
    """Read a previewed list with its columns taken so; the donor's next file with these titles is read so too."""
    database = app_state(request).database
    again = await read_by(database, import_id, principal, command.columns, settings.import_max_rows)
    return await _answer(response, session, again, principal)


@router.delete(
    "/{import_id}/columns",
    responses={
        202: {"model": ImportProgress, "description": "A long list: it is read again by the worker."},
        **raises(ImportNotFound, ImportNotReady, ColumnsAreFixed, UnfitColumns, UnreadableFile),
    },
)
async def forget_correction(
    request: Request,
    response: Response,
    import_id: UUID,
    principal: Declarer,
    settings: OwnSettings,
    session: WriteSession,
) -> ImportOut | ImportProgress:
    """Forget what was said of these columns, and read the list as it is guessed."""
    again = await read_by(app_state(request).database, import_id, principal, None, settings.import_max_rows)
    return await _answer(response, session, again, principal)


async def _answer(
    response: Response, session: AsyncSession, again: Again, principal: Principal
) -> ImportOut | ImportProgress:
    found = await keep(session, again, principal)
    if isinstance(found, ImportProgress):
        response.status_code = 202
        return found
    return await service.described(session, found, principal)


@router.get("/{import_id}/errors.csv", responses=raises(ImportNotFound, ImportNotReady, UnreadableFile))
async def errors(import_id: UUID, principal: Declarer, session: StreamSession) -> Response:
    """The rows that are not accepted, as a file to correct and send again."""
    record = await service.get(session, import_id, principal)
    return errors_csv(session, record)


@router.post(
    "/{import_id}/confirm",
    status_code=201,
    responses=raises(
        *(ImportNotFound, ImportNotReady, NothingToConfirm, UnreadableFile),
        *(DonationNotFound, DonationNotInState, BeingAccepted, NothingToSend, TooManyDevices),
    ),
)
async def confirm(import_id: UUID, principal: Declarer, session: WriteSession) -> ConfirmedOut:
    """Declare what the preview shows; a second time answers with the same donation."""
    return await service.confirm(session, import_id, principal)


@router.post("/{import_id}/draft", status_code=201, responses=raises(*_OF_ITS_DRAFT))
async def draft(
    import_id: UUID,
    principal: Declarer,
    session: WriteSession,
    body: IntoDraft | None = None,
) -> DraftedOut:
    """Make the file a draft whose lines can be corrected, or correct an earlier draft by it (`donation_id`).

    A row is the line again that has its number, that its mark names or that it describes alike; others are added.
    """
    if body is None or body.donation_id is None:
        return await service.draft(session, import_id, principal)
    return await service.merge(session, import_id, body.donation_id, principal)


def errors_csv(session: AsyncReadSession, record: ImportRecord) -> Response:
    """The download, for the API and for the page."""
    return faulty_rows_csv(record.filename.rsplit(".", 1)[0], service.stopped_rows(session, record))
