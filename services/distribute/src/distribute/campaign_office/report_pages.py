"""The report of a campaign as files: a sheet, a paper."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from filiere.web import OwnSessions, Principal, Role, StreamSession, allow, page_router, sheet_response
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from starlette.requests import Request
from starlette.responses import Response

from distribute.campaign_office import report
from distribute.campaigns import service

router = page_router("/campagnes")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.get("/{campaign_id}/bilan.csv", name="campaign_report_csv")
async def sheet(request: Request, campaign_id: UUID, principal: Coordinator, session: StreamSession) -> Response:
    """The sheet."""
    found = await report.report(session, await service.get(session, principal, campaign_id))

    async def rows() -> AsyncIterator[Sequence[object]]:
        for row in report.rows(found):
            yield row

    return sheet_response("bilan-campagne.csv", report.HEADER, rows(), spoken=True)


@router.get("/{campaign_id}/bilan.pdf", name="campaign_report_pdf")
async def paper(request: Request, campaign_id: UUID, principal: Coordinator, database: OwnSessions) -> Response:
    """The paper. Read first: no connection is held while it is drawn."""
    async with database.read() as session:
        found = await report.report(session, await service.get(session, principal, campaign_id))
    pdf = await report.report_pdf(found, app_state(request).settings.public_url)
    return Response(pdf, media_type="application/pdf", headers=attached("bilan-campagne.pdf"))
