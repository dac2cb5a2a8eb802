"""JSON API of reports."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Request, Response, UploadFile
from filiere.files import Kept
from filiere.files.kinds import UNKNOWN
from filiere.web import OwnSessions, Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.downloads import as_download, files_of
from filiere.web.request_limits import UPLOAD, body_limit

from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.repository import DeviceRepository
from refurbish.erasure.errors import ReportAway, ReportNotFound, UnreadableReport
from refurbish.erasure.reports import service
from refurbish.erasure.reports.report import Report
from refurbish.erasure.reports.repository import KeptReport
from refurbish.erasure.reports.schemas import ReportOut
from refurbish.tenancy import AT_WORK

router = api_router("/devices/{device_id}/erasure-reports", tags=["erasures"])

BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            kind: {"schema": {"type": "string", "contentMediaType": kind}} for kind in ("application/pdf", UNKNOWN)
        },
        "description": "The file as it was sent: a PDF, or bytes.",
    }
}


async def taken_in(
    request: Request,
    device_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    database: OwnSessions,
    file: Annotated[UploadFile, File(description="nwipe's log or PDF, Blancco's XML, text of hdparm or nvme-cli")],
) -> tuple[str, Kept, Report]:
    """The report, read and kept before the unit of work begins: no connection is held while bytes go by."""
    kept, said = await service.take_in(database, await files_of(request), principal, device_id, file)
    return file.filename or "", kept, said


@router.post(
    "",
    status_code=201,
    openapi_extra=body_limit(UPLOAD),
    responses=raises(DeviceNotFound, UnreadableReport, ReportAway),
)
async def take_in(
    device_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    taken: Annotated[tuple[str, Kept, Report], Depends(taken_in)],
    session: WriteSession,
) -> ReportOut:
    """Send the report of an erasure tool; it is kept as it is, and proposes what to record of each medium."""
    kept = await service.name(session, principal, device_id, *taken)
    return await _out(session, principal, device_id, kept)


@router.get("/{report_id}", responses=raises(DeviceNotFound, ReportNotFound))
async def get(
    device_id: UUID, report_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> ReportOut:
    """What a report of the same workshop says of this device's media: one log may hold a whole shelf."""
    return await _out(session, principal, device_id, await service.find(session, principal, report_id))


@router.get("/{report_id}/file", responses={**BYTES, **raises(DeviceNotFound, ReportNotFound, ReportAway)})
async def download(
    request: Request, device_id: UUID, report_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """The file, byte for byte."""
    await devices.find(session, principal, device_id)
    found, pieces = await service.read(session, await files_of(request), principal, report_id)
    return as_download(found.name, found.media_type, pieces, size=found.size)


async def _out(session: ReadSession, principal: Principal, device_id: UUID, kept: KeptReport) -> ReportOut:
    device = await devices.find(session, principal, device_id)
    media = await DeviceRepository.from_session(session).media(device.id)
    return ReportOut(
        id=kept.id,
        sha256=kept.file_hash,
        name=kept.name,
        size=kept.size,
        media_type=kept.media_type,
        tool=kept.said.tool,
        tool_version=kept.said.tool_version,
        proposals=service.proposals(device, media, kept.said),
        strangers=service.strangers(media, kept.said),
    )
