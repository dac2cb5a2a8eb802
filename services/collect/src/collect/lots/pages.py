"""Pages of lots: those that wait for a workshop, one lot with its suggestion, its labels."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.calendar import now
from filiere.catalogue import Category
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Role,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.journal import journal_of

from collect.lots import service
from collect.lots.errors import LotAlreadyDispatched, OverrideNeedsReason, WorkshopUnknown
from collect.lots.journal_words import said
from collect.lots.repository import LotRepository
from collect.lots.schemas import POINTS, STATUS_FR, DispatchLot
from collect.tenancy import donors_of

router = page_router("/lots")

LOT_CHIPS = {
    "sealed": ("wait", "half"),
    "dispatched": ("info", "half"),
    "arrived": ("info", "half"),
    "reconciled": ("ok", "check"),
}

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]

LOTS = Table(
    columns=(
        Column("code", "Lot"),
        Column("donor", "Donateur"),
        Column("status", "État"),
        Column("devices", "Équipements", is_number=True),
        Column("workshop", "Atelier"),
    ),
    filters=(
        Choice("statut", "État", {key: words.capitalize() for key, words in STATUS_FR.items()}),
        Choice("depuis", "Dans cet état depuis", {"1": "plus d'un jour", "7": "plus d'une semaine"}),
        Choice("point", "À regarder", {key: words for key, (words, _days) in POINTS.items()}),
    ),
)


@router.get("", name="lots")
async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    view = LOTS.read(request)
    point = view["point"]
    found = await LotRepository.from_session(session).listing(
        donors_of(principal),
        status=[view["statut"]] if view["statut"] else [],
        since=now() - timedelta(days=int(view["depuis"])) if view["depuis"] else None,
        point=(point, now() - timedelta(days=POINTS[point][1])) if point else None,
        part=view.part,
    )
    view = view.fill(found.rows, found)
    return page(request, "lots/templates/lots.html", principal=principal, view=view, chips=LOT_CHIPS)


@router.get("/{lot_id}", name="lot")
async def lot_page(request: Request, lot_id: UUID, principal: Donor, session: ReadSession) -> Response:
    return await show(request, session, lot_id, principal, Form())


async def show(
    request: Request,
    session: ReadSession,
    lot_id: UUID,
    principal: Principal,
    form: Form[DispatchLot],
    status: int = 200,
) -> Response:
    lot = await service.get(session, lot_id, principal)
    is_open = principal.is_coordinator and lot.status == "sealed"
    return page(
        request,
        "lots/templates/lot.html",
        principal=principal,
        status=status,
        lot=lot,
        suggestions=await service.suggestions(session, lot_id, principal) if is_open else [],
        form=form,
        journal=await journal_of(request, session, "lot", lot.id, said),
        chips=LOT_CHIPS,
        category_of=Category,
    )


@router.post("/{lot_id}/envoyer", name="dispatch_lot")
async def dispatch(request: Request, lot_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, DispatchLot)
    if form.is_valid:
        async with attempt(request, form, OverrideNeedsReason, WorkshopUnknown, LotAlreadyDispatched):
            done = await service.dispatch(session, lot_id, form.data, principal)
            flash(request, _("Le lot %(code)s est en route.") % {"code": done.code})
            return redirect(path("lot", lot_id=lot_id))
    return await show(request, session, lot_id, principal, form, 422)
