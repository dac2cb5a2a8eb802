"""The page of one device of the stock, and the stock as a file."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from filiere.catalogue import Category
from filiere.documents.labels import HANDED_ON, PUBLIC_SHEET
from filiere.web import (
    Principal,
    ReadSession,
    Role,
    StreamSession,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    public,
    redirect,
    sheet_response,
    told,
)
from filiere.web.app_state import app_state
from filiere.web.bounded_types import Scanned
from starlette.requests import Request
from starlette.responses import Response

from distribute.orders.schemas import reference as order_reference
from distribute.recalls.repository import RecallsRepository
from distribute.screens.stock import FILTERS, MINE
from distribute.shipments.schemas import reference as shipment_reference
from distribute.statuses import StockStatus, SwapReason
from distribute.stock import service
from distribute.stock.errors import DeviceNotFound, NothingToCheck
from distribute.stock.repository import StockRepository, Stop
from distribute.stock.schemas import DeviceOut
from distribute.tenancy import NOBODY, own_relais_of, relais_of, workshops_of

router = page_router()

InHand = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
STOPS = {
    "reserved": "Promis à la commande %(order)s",
    "released": "N'est plus promis à la commande %(order)s",
    "shipped": "Parti dans l'envoi %(shipment)s",
    "delivered": "Reçu : envoi %(shipment)s",
    "missing": "Signalé manquant : envoi %(shipment)s",
    "damaged": "Signalé abîmé : envoi %(shipment)s",
    "wrong": "Signalé « pas le bon » : envoi %(shipment)s",
}
STANDS = {
    StockStatus.AVAILABLE: "Il est prêt à l'atelier et attend une commande.",
    StockStatus.HELD: "Il est retenu à l'atelier : la coordination le rappelle.",
    StockStatus.TO_CHECK: "Il a été sorti d'un colis : il est à revoir avant d'être commandé.",
    StockStatus.RESERVED: "Il est promis, et encore à l'atelier.",
    StockStatus.SHIPPED: "Il est en route vers le Relais.",
    StockStatus.DELIVERED: "Il est au Relais, prêt à être remis.",
    StockStatus.LENT: "Il est prêté : il revient, ou il est remis plus tard.",
    StockStatus.HANDED_OVER: "Il a été remis à une personne.",
    StockStatus.RETURNING: "Il revient à l'atelier.",
    StockStatus.LOST: "Il est perdu : pendant le transport, ou pendant un prêt.",
    StockStatus.WITHDRAWN: "L'atelier l'a repris : il n'est plus dans le stock.",
}
HEADER = (
    "etiquette", "type", "marque", "modele", "numero_de_serie", "categorie", "aspect", "batterie", "statut", "atelier",
    "pret_le", "change_le", "campagne",
)  # fmt: skip


@router.get("/stock/equipements/{device_id}", name="stock_device")
async def one(request: Request, device_id: UUID, principal: InHand, session: ReadSession) -> Response:
    """Where it stands, what it is, what happened to it since it was ready; nobody's name."""
    device = await service.device(session, principal, device_id)
    stops = await StockRepository.from_session(session).journey(
        relais_of(principal), workshops_of(principal), device_id
    )
    is_here = device.status is StockStatus.DELIVERED
    recalls = await RecallsRepository.from_session(session).of_devices([device_id]) if is_here else {}
    return page(
        request,
        "screens/templates/stock/one.html",
        principal=principal,
        device=device,
        recall_id=recalls.get(device_id),
        stands=gettext(STANDS.get(device.status, device.status.label_fr)),
        check_reason=SwapReason(device.check_reason or SwapReason.OTHER).label_fr,
        stops=[(stop, _said(stop)) for stop in stops],
        is_mine=own_relais_of(principal).includes(device.relais_id) if device.relais_id else False,
    )


@router.get(HANDED_ON + "{label}", name="device_by_label")
async def by_label(
    request: Request, label: Scanned, visitor: Annotated[Principal | None, public()], session: ReadSession
) -> Response:
    """A label that was scanned, from the workshop's address on it: the Relais that has the device goes to its till, or
    to its page while it is not there to be handed over; everybody else to the public sheet, whoever they are."""
    if visitor is not None and visitor.has(Role.RELAIS):
        async with attempt(request, None, DeviceNotFound):
            found = await service.own_by_label(session, visitor, label)
            if found.status is StockStatus.DELIVERED:
                return redirect(path("till_device", label=found.label))
            return redirect(path("stock_device", device_id=found.device_id))
    collect = app_state(request).settings.collect_url.rstrip("/")
    return redirect(f"{collect}{PUBLIC_SHEET}{quote(label, safe='')}")


@router.post("/stock/equipements/{device_id}/revu", name="device_checked")
async def checked(
    request: Request,
    device_id: UUID,
    principal: Annotated[Principal, allow(Role.COORDINATOR, Role.WORKSHOP)],
    session: WriteSession,
) -> Response:
    """Somebody has looked at it."""
    async with attempt(request, None, NothingToCheck) as tried:
        found = await service.checked(session, principal, device_id)
        flash(request, gettext("%(label)s est de nouveau à commander.") % {"label": found.label})
        return redirect(path("stock_device", device_id=device_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("stock_device", device_id=device_id))


@router.get("/mon-stock.csv", name="own_stock_csv")
async def own_file(
    request: Request, principal: Annotated[Principal, allow(Role.RELAIS)], session: StreamSession
) -> Response:
    """What the filters of the page find."""
    view = MINE.read(request)
    found = StockRepository.from_session(session).each(
        own_relais_of(principal), NOBODY, status=view["statut"], category=view["categorie"], q=view.q, is_here=True
    )
    return sheet_response("mon-stock.csv", HEADER, _rows(found), spoken=True)


@router.get("/stock.csv", name="stock_csv")
async def whole_file(
    request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: StreamSession
) -> Response:
    """What the filters of the page find, of the whole network."""
    asked = {filter_.name: request.query_params.get(filter_.name, "")[:200] for filter_ in FILTERS}
    found = StockRepository.from_session(session).each(
        relais_of(principal),
        workshops_of(principal),
        status=asked["statut"] if asked["statut"] in list(StockStatus) else "",
        category=asked["categorie"] if asked["categorie"] in list(Category) else "",
        campaign=request.query_params.get("campagne", "")[:100],
        q=asked["q"],
        is_here=True,
    )
    return sheet_response("stock.csv", HEADER, _rows(found), spoken=True)


def _said(stop: Stop) -> str:
    # A reference is of the order, or of the shipment where one is.
    number = order_reference(stop.reference) if stop.shipment_id is None else shipment_reference(stop.reference)
    return gettext(STOPS[stop.kind]) % {"order": number, "shipment": number}


async def _rows(found: AsyncIterator[DeviceOut]) -> AsyncIterator[Sequence[object]]:
    async for one in found:
        yield (
            one.label, gettext(one.category.label_fr), one.manufacturer, one.model, one.serial, one.grade.value,
            one.cosmetic, one.battery, gettext(one.status.label_fr), one.workshop_name, one.ready_at,
            one.updated_at, one.campaign,
        )  # fmt: skip
