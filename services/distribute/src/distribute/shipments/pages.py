"""Pages of shipments: prepare, send, receive by scan."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Choice,
    Column,
    Principal,
    ReadSession,
    Role,
    Table,
    WriteSession,
    allow,
    flash,
    gettext,
    ngettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.shipments import receiving, service
from distribute.shipments.lateness import LATE
from distribute.shipments.repository import ShipmentsRepository
from distribute.shipments.schemas import CarriageIn, DeliveryOut
from distribute.statuses import OF_TOMORROW, ShipmentStatus, SwapReason
from distribute.tenancy import relais_of, workshops_of

router = page_router("/envois")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Sender = Annotated[Principal, allow(Role.COORDINATOR, Role.WORKSHOP)]
Receiver = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
Reader = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
_CHIP = {
    ShipmentStatus.PREPARING: ("wait", "open"),
    ShipmentStatus.SHIPPED: ("info", "half"),
    ShipmentStatus.DELIVERED: ("ok", "done"),
    ShipmentStatus.CANCELLED: ("stop", "cross"),
}
STATUSES = {status.value: status.label_fr for status in ShipmentStatus} | {
    ShipmentStatus.CANCELLED.value: "Annulé ou perdu",
    LATE: "En retard",
}
SHIPMENTS = Table(
    columns=(
        Column("reference", "Envoi"),
        Column("route", "Trajet"),
        Column("order", "Commande"),
        Column("devices", "Reçus", is_number=True),
        Column("status", "Statut"),
    ),
    filters=(Choice("statut", "Statut", STATUSES),),
)


@router.get("", name="shipments")
async def listing(request: Request, principal: Reader, session: ReadSession) -> Response:
    """Shipments to a Relais, from a workshop, or all."""
    view = SHIPMENTS.read(request)
    found = await ShipmentsRepository.from_session(session).listing(
        relais_of(principal), workshops_of(principal), status=view["statut"], part=view.part
    )
    view = view.fill(found.rows, found)
    return page(request, "shipments/templates/listing.html", principal=principal, view=view, chip=_chip)


@router.post("", name="shipments")
async def pack(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Prepare what is reserved for an order."""
    typed = (await request.form()).get("order_id")
    packed = await service.pack(session, principal, _uuid(typed))
    flash(
        request,
        ngettext("%(num)s envoi préparé.", "%(num)s envois préparés.", len(packed)) % {"num": len(packed)},
    )
    return redirect(
        path("shipment", shipment_id=packed[0].id) if len(packed) == 1 else path("order", order_id=packed[0].order_id)
    )


@router.get("/{shipment_id}", name="shipment")
async def one(request: Request, shipment_id: UUID, principal: Reader, session: ReadSession) -> Response:
    """One shipment: what to pack, or what to scan."""
    return await _one(request, shipment_id, principal, session, None)


@router.post("/{shipment_id}/expedier", name="ship")
async def ship(request: Request, shipment_id: UUID, principal: Sender, session: WriteSession) -> Response:
    """It leaves."""
    form = await read_form(request, CarriageIn)
    if not form.is_valid:
        flash(request, form.first_error, "stop")
        return redirect(path("shipment", shipment_id=shipment_id))
    shipment = await service.ship(session, principal, shipment_id, form.data)
    flash(request, gettext("L'envoi %(reference)s est parti.") % {"reference": shipment.reference})
    return redirect(path("shipment", shipment_id=shipment_id))


@router.post("/{shipment_id}/transport", name="carriage")
async def carry(request: Request, shipment_id: UUID, principal: Sender, session: WriteSession) -> Response:
    """Who carries it."""
    form = await read_form(request, CarriageIn)
    if form.is_valid:
        await service.carry(session, principal, shipment_id, form.data)
        flash(request, gettext("Le transport est noté."))
    else:
        flash(request, form.first_error, "stop")
    return redirect(path("shipment", shipment_id=shipment_id))


@router.post("/{shipment_id}/recevoir", name="receive_shipment")
async def receive(request: Request, shipment_id: UUID, principal: Receiver, session: WriteSession) -> Response:
    """One label scanned, or several ticked. Shown again at once, ready for the next scan."""
    typed = [value for value in (await request.form()).getlist("label") if isinstance(value, str) and value.strip()]
    if not typed:
        return redirect(path("shipment", shipment_id=shipment_id))
    delivery = await receiving.deliver(session, principal, shipment_id, typed)
    return await _one(request, shipment_id, principal, session, delivery)


async def _one(
    request: Request,
    shipment_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    delivery: DeliveryOut | None,
) -> Response:
    shipment = await service.get(session, principal, shipment_id)
    return page(
        request,
        "shipments/templates/shipment.html",
        principal=principal,
        shipment=shipment,
        delivery=delivery,
        chip=_chip,
        swap_reasons=list(SwapReason),
        may_ship=principal.may_act_for(Role.WORKSHOP, shipment.workshop_id),
        may_receive=principal.may_act_for(Role.RELAIS, shipment.relais_id),
        expected=[item for item in shipment.items if item.status.value == "shipped"],
    )


def _uuid(typed: object) -> UUID:
    """The id in a hidden field; a broken one names no order."""
    try:
        return UUID(str(typed))
    except ValueError:
        return UUID(int=0)


def _chip(status: ShipmentStatus) -> tuple[str, str]:
    return _CHIP.get(status, OF_TOMORROW)
