"""API of shipments: /shipments."""

from typing import Annotated
from uuid import UUID

from filiere.open_words import known
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from pydantic import AfterValidator

from distribute.orders.errors import OrderNotFound
from distribute.shipments import receiving, service
from distribute.shipments.errors import NothingToShip, ShipmentInTheWay, ShipmentNotFound
from distribute.shipments.repository import ShipmentsRepository
from distribute.shipments.schemas import (
    CarriageIn,
    DeliverIn,
    DeliveryOut,
    ExpectedDevice,
    ReceiveIn,
    ReceptionOut,
    ShipmentIn,
    ShipmentOut,
)
from distribute.statuses import ShipmentStatus
from distribute.tenancy import own_relais_of, relais_of, workshops_of

router = api_router("/shipments", tags=["shipments"])

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Sender = Annotated[Principal, allow(Role.COORDINATOR, Role.WORKSHOP)]
Receiver = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
Reader = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]


@router.post("", status_code=201, responses=raises(OrderNotFound, NothingToShip))
async def pack(body: ShipmentIn, principal: Coordinator, session: WriteSession) -> list[ShipmentOut]:
    """Prepare what is reserved for an order: one shipment per workshop."""
    return await service.pack(session, principal, body.order_id)


@router.get("")
async def listing(
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    status: Annotated[ShipmentStatus | None, AfterValidator(known)] = None,
    order_id: UUID | None = None,
) -> Page[ShipmentOut]:
    """Shipments, newest first: to a Relais, from a workshop."""
    found = await ShipmentsRepository.from_session(session).listing(
        relais_of(principal), workshops_of(principal), status=status or "", order_id=order_id, part=paging.part
    )
    return paging.of(found.rows, found)


@router.get("/expected")
async def expected(principal: Annotated[Principal, allow(Role.RELAIS)], session: ReadSession) -> list[ExpectedDevice]:
    """Devices on their way to the caller's Relais, parcel by parcel."""
    return await ShipmentsRepository.from_session(session).expected(own_relais_of(principal))


@router.post("/receive")
async def receive(
    body: ReceiveIn, principal: Annotated[Principal, allow(Role.RELAIS)], session: WriteSession
) -> ReceptionOut:
    """Receive by scan whatever parcel it came in: labels, serials or IMEI. Scanning again changes nothing."""
    return await receiving.receive(session, principal, body.scanned)


@router.get("/{shipment_id}", responses=raises(ShipmentNotFound))
async def get(shipment_id: UUID, principal: Reader, session: ReadSession) -> ShipmentOut:
    """One shipment and its devices."""
    return await service.get(session, principal, shipment_id)


@router.post("/{shipment_id}/ship", responses=raises(ShipmentNotFound, ShipmentInTheWay))
async def ship(
    shipment_id: UUID, principal: Sender, session: WriteSession, body: CarriageIn | None = None
) -> ShipmentOut:
    """The devices leave the workshop; with whom, and under which number, where it is known."""
    return await service.ship(session, principal, shipment_id, body)


@router.put("/{shipment_id}/carriage", responses=raises(ShipmentNotFound, ShipmentInTheWay))
async def carry(shipment_id: UUID, body: CarriageIn, principal: Sender, session: WriteSession) -> ShipmentOut:
    """Who carries it, and the number to ask them for it; empty: nobody says."""
    return await service.carry(session, principal, shipment_id, body)


@router.post("/{shipment_id}/deliver", responses=raises(ShipmentNotFound, ShipmentInTheWay))
async def deliver(shipment_id: UUID, body: DeliverIn, principal: Receiver, session: WriteSession) -> DeliveryOut:
    """Receive by scan at the Relais."""
    return await receiving.deliver(session, principal, shipment_id, body.labels)
