"""API of incidents: what was missing, damaged or wrong."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Request, Response, UploadFile
from filiere.files.photos import SHOWN
from filiere.web import OwnSessions, Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from filiere.web.downloads import as_picture, files_of
from filiere.web.request_limits import UPLOAD, body_limit

from distribute.incidents import pictures, service
from distribute.incidents.errors import (
    AlreadySettled,
    CannotBeReported,
    IncidentNotFound,
    NotAPicture,
    NotInShipment,
    OutcomeDoesNotFit,
    PictureAway,
    PictureDamaged,
    PictureNotFound,
    PictureTooLarge,
)
from distribute.incidents.repository import IncidentsRepository
from distribute.incidents.schemas import IncidentOut, MissingIn, ReportIn, SettleIn, SwapIn, SwapOut
from distribute.incidents.status import IncidentKind
from distribute.shipments.errors import ShipmentInTheWay, ShipmentNotFound
from distribute.tenancy import relais_of, workshops_of

router = api_router("", tags=["incidents"])

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Receiver = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
EitherSide = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind: {"schema": {"type": "string", "contentMediaType": kind}} for kind in sorted(SHOWN)},
        "description": "The picture, of the kind that its bytes say.",
    }
}


@router.post("/shipments/{shipment_id}/missing", responses=raises(ShipmentNotFound, ShipmentInTheWay, NotInShipment))
async def missing(
    shipment_id: UUID, body: MissingIn, principal: EitherSide, session: WriteSession
) -> list[IncidentOut]:
    """Say that devices were not in their parcel; answers with all that was ever said of it. Twice changes nothing."""
    await service.say_missing(session, principal, shipment_id, body.labels, body.note)
    return await IncidentsRepository.from_session(session).of_shipment(shipment_id)


@router.post(
    "/shipments/{shipment_id}/devices/{device_id}/report",
    status_code=201,
    responses=raises(ShipmentNotFound, ShipmentInTheWay, NotInShipment, CannotBeReported, IncidentNotFound),
)
async def report(
    shipment_id: UUID, device_id: UUID, body: ReportIn, principal: Receiver, session: WriteSession
) -> IncidentOut:
    """A device arrived damaged, or is not the right one. It is received, and goes back unless it is kept."""
    return await service.report(session, principal, shipment_id, device_id, body)


@router.post(
    "/shipments/{shipment_id}/devices/{device_id}/swap",
    responses=raises(ShipmentNotFound, ShipmentInTheWay, NotInShipment),
)
async def swap(
    shipment_id: UUID,
    device_id: UUID,
    body: SwapIn,
    principal: Annotated[Principal, allow(Role.COORDINATOR, Role.WORKSHOP)],
    session: WriteSession,
) -> SwapOut:
    """Take one device out of a parcel in preparation; another one is promised to its line at once where one is free."""
    return await service.swap(session, principal, shipment_id, device_id, body.reason)


@router.get("/incidents")
async def listing(
    principal: EitherSide,
    session: ReadSession,
    paging: Paging,
    is_open: bool | None = None,
    kind: IncidentKind | None = None,
) -> Page[IncidentOut]:
    """Incidents, newest first: of a Relais, of a workshop's devices."""
    found = await IncidentsRepository.from_session(session).listing(
        relais_of(principal), workshops_of(principal), is_open=is_open, kind=kind or "", part=paging.part
    )
    return paging.of(found.rows, found)


@router.post(
    "/incidents/{incident_id}/settle",
    responses=raises(IncidentNotFound, AlreadySettled, OutcomeDoesNotFit, ShipmentNotFound),
)
async def settle(incident_id: UUID, body: SettleIn, principal: Coordinator, session: WriteSession) -> IncidentOut:
    """What became of what was missing."""
    return await service.settle(session, principal, incident_id, body.outcome)


async def taken_in(
    request: Request,
    incident_id: UUID,
    principal: Receiver,
    database: OwnSessions,
    file: Annotated[UploadFile, File(description="A photo (JPEG, PNG, WebP), 10 MB at most")],
) -> str:
    """The photo, kept before the unit of work begins: no connection is held while bytes go by."""
    async with database.read() as session:
        await service.get(session, principal, incident_id)
    return await pictures.take_in(database, await files_of(request), file)


@router.post(
    "/incidents/{incident_id}/photo",
    status_code=201,
    openapi_extra=body_limit(UPLOAD),
    responses=raises(IncidentNotFound, NotAPicture, PictureDamaged, PictureTooLarge, PictureAway),
)
async def add_photo(
    incident_id: UUID, principal: Receiver, file_hash: Annotated[str, Depends(taken_in)], session: WriteSession
) -> IncidentOut:
    """Put a photo on an incident, in the place of the one that it had; without where, when and by whom it was taken."""
    return await service.illustrate(session, principal, incident_id, file_hash)


@router.get(
    "/incidents/{incident_id}/photo",
    responses={**BYTES, **raises(PictureNotFound, PictureAway)},
    response_class=Response,
)
async def photo(request: Request, incident_id: UUID, principal: EitherSide, session: ReadSession) -> Response:
    """The picture itself."""
    picture, pieces = await pictures.read(session, await files_of(request), principal, incident_id)
    return as_picture(picture.media_type, picture.size, pieces)
