"""JSON API of bulks: one act on many devices, looked at first."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from filiere.web import OwnSessions, Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.app_state import app_state
from starlette.requests import Request
from starlette.responses import Response

from refurbish.bulk import printing, service
from refurbish.bulk.errors import BulkNotFound, NothingChosen, ReasonNeeded, TooManyChosen
from refurbish.bulk.schemas import BulkOut, NewBulk
from refurbish.labels.errors import CannotPrint
from refurbish.tenancy import AT_WORK

router = api_router("/bulks")
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


@router.post("", status_code=201, responses=raises(NothingChosen, TooManyChosen, ReasonNeeded))
async def prepare(body: NewBulk, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> BulkOut:
    """Look at what one act would do with up to 500 devices of a workshop: how many change, how many not, and why."""
    return BulkOut.of(await service.prepare(session, principal, body))


@router.get("/{bulk_id}", responses=raises(BulkNotFound))
async def get(bulk_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> BulkOut:
    """What it would do, or what it did; kept for thirty days."""
    return BulkOut.of(await service.find(session, principal, bulk_id))


@router.post("/{bulk_id}/do", responses=raises(BulkNotFound))
async def do(bulk_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> BulkOut:
    """Do it, all in one transaction. A device that changed since it was looked at is `moved`, and left as it is."""
    return BulkOut.of(await service.do(session, principal, bulk_id))


@router.get("/{bulk_id}/labels", responses={**PDF, **raises(BulkNotFound, CannotPrint)})
async def labels(
    request: Request,
    bulk_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    database: OwnSessions,
    tape: bool = False,
    part: Annotated[int, Query(ge=1, le=100, description="480 labels in each")] = 1,
) -> Response:
    """Labels of its devices."""
    address = app_state(request).settings.public_url
    pdf = await printing.labels_of(database, principal, bulk_id, address, tape=tape, part=part)
    return Response(pdf, media_type="application/pdf")
