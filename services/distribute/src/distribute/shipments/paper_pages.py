"""Pages and files of a departure: pick list, delivery note, labels of boxes."""

from itertools import groupby
from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.web import OwnSessions, Principal, ReadSession, Role, allow, page, page_router
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from starlette.requests import Request
from starlette.responses import Response

from distribute.shipments import papers, service
from distribute.shipments.repository import ShipmentsRepository
from distribute.shipments.schemas import ShelfDevice
from distribute.tenancy import workshops_of

router = page_router("/envois")

Sender = Annotated[Principal, allow(Role.COORDINATOR, Role.WORKSHOP)]
Reader = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]


@router.get("/a-prelever", name="pick_list")
async def picks(request: Request, principal: Sender, session: ReadSession) -> Response:
    """What to take from the shelves for the parcels in preparation."""
    devices = await ShipmentsRepository.from_session(session).to_pick(workshops_of(principal))

    def place(one: ShelfDevice) -> tuple[str, str]:
        return one.workshop_name, one.shelf

    shelves = [(*where, list(on_it)) for where, on_it in groupby(devices, place)]
    return page(request, "shipments/templates/picks.html", principal=principal, shelves=shelves, devices=len(devices))


@router.get("/a-prelever.pdf", name="pick_list_pdf")
async def picks_on_paper(request: Request, principal: Sender, database: OwnSessions) -> Response:
    """The same, to carry along the shelves. Read first: no connection is held while it is drawn."""
    async with database.read() as session:
        devices = await ShipmentsRepository.from_session(session).to_pick(workshops_of(principal))
    return _pdf(await papers.pick_list(devices, app_state(request).settings.public_url), "prelevement")


@router.get("/{shipment_id}/bon-de-livraison.pdf", name="delivery_note")
async def note(request: Request, shipment_id: UUID, principal: Reader, database: OwnSessions) -> Response:
    """The paper in the box."""
    async with database.read() as session:
        shipment = await service.get(session, principal, shipment_id)
    pdf = await papers.delivery_note(shipment, app_state(request).settings.public_url)
    return _pdf(pdf, f"bon-de-livraison-{shipment.reference}")


@router.get("/{shipment_id}/etiquettes.pdf", name="parcel_labels")
async def labels(
    request: Request,
    shipment_id: UUID,
    principal: Reader,
    database: OwnSessions,
    tape: Annotated[bool, Query(alias="ruban")] = False,
    boxes: Annotated[int, Query(alias="cartons", ge=1, le=50)] = 1,
) -> Response:
    """The labels on the boxes."""
    async with database.read() as session:
        shipment = await service.get(session, principal, shipment_id)
    address = app_state(request).settings.public_url
    pdf = await papers.parcel_labels(shipment, address, tape=tape, boxes=boxes)
    return _pdf(pdf, f"etiquettes-{shipment.reference}")


def _pdf(pdf: bytes, name: str) -> Response:
    return Response(pdf, media_type="application/pdf", headers=attached(f"{name}.pdf"))
