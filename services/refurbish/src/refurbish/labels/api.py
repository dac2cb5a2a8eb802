"""Labels and sheets as PDF."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from filiere.web import OwnSessions, Principal, api_router, raises
from filiere.web.app_state import app_state
from starlette.requests import Request
from starlette.responses import Response

from refurbish.arrivals.errors import LotNotFound
from refurbish.devices.errors import DeviceNotFound
from refurbish.labels import service
from refurbish.labels.errors import CannotPrint, NotGraded
from refurbish.labels.service import Print
from refurbish.tenancy import AT_WORK

router = api_router("", tags=["labels"])
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


@router.get(
    "/devices/{device_id}/prints/{document}", responses={**PDF, **raises(DeviceNotFound, NotGraded, CannotPrint)}
)
async def print_device(
    request: Request,
    device_id: UUID,
    document: Print,
    principal: Annotated[Principal, AT_WORK],
    database: OwnSessions,
    tape: bool = False,
) -> Response:
    """A device's label, the label of its grade, or its sheet; `tape`: 62 mm wide, instead of a sheet of A4."""
    address = app_state(request).settings.public_url
    _device, pdf = await service.of_device(database, principal, device_id, document, address, tape=tape)
    return Response(pdf, media_type="application/pdf")


@router.get("/lots/{lot_id}/labels", responses={**PDF, **raises(LotNotFound, CannotPrint)})
async def print_lot(
    request: Request,
    lot_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    database: OwnSessions,
    unfinished: Annotated[bool, Query(description="only what is here and nobody itemised")] = False,
    tape: bool = False,
    part: Annotated[int, Query(ge=1, le=100_000, description="480 labels in each")] = 1,
) -> Response:
    """Labels of a lot."""
    address = app_state(request).settings.public_url
    _lot, pdf = await service.of_lot(
        database, principal, lot_id, address, is_unfinished=unfinished, tape=tape, part=part
    )
    return Response(pdf, media_type="application/pdf")
