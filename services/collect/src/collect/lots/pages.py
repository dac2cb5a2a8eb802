"""Pages of lots: those that wait for a workshop, one lot with its suggestion, its labels."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.calendar import now
from filiere.catalogue import Category
from filiere.jobs.repository import JobRepository
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    ngettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
    told,
)
from filiere.web import gettext as _
from filiere.web.bounded_types import FROM_A_FORM
from filiere.web.csrf import FIELD
from filiere.web.journal import journal_of
from pydantic import ValidationError

from collect.lots import count_link, service, sharing
from collect.lots.errors import (
    LotAlreadyDispatched,
    OverrideNeedsReason,
    SplitImpossible,
    SplitNeedsReason,
    UntreatedNeedsReason,
    WorkshopUnknown,
)
from collect.lots.journal_words import said
from collect.lots.lot import Lot
from collect.lots.repository import LotRepository
from collect.lots.schemas import POINTS, STATUS_FR, DispatchLot, SplitLot
from collect.tenancy import donors_of
from collect.workshops.suggestion import untreated_fr

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
        Column("devices", "Équipements", is_number=True, sheet=("Équipements", "Manquants", "En trop")),
        Column("workshop", "Atelier"),
    ),
    filters=(
        Choice("statut", "État", {key: words.capitalize() for key, words in STATUS_FR.items()}),
        Choice("depuis", "Dans cet état depuis", {"1": "plus d'un jour", "7": "plus d'une semaine"}),
        Choice("point", "À regarder", {key: words for key, (words, _days) in POINTS.items()}),
    ),
    always=("Lot",),
)


HEADER = (
    "Lot", "Don", "Donateur", "État", "Équipements", "Manquants", "En trop", "Atelier", "Collecté le", "Parti le",
    "Arrivé le", "Compté le",
)  # fmt: skip


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


@router.get("/liste.csv", name="lots_csv")
async def export(request: Request, principal: Coordinator, session: StreamSession) -> Response:
    """The lots as a spreadsheet, under the page's filters."""
    view = LOTS.read(request)
    point = view["point"]
    found = LotRepository.from_session(session).each(
        donors_of(principal),
        status=[view["statut"]] if view["statut"] else [],
        since=now() - timedelta(days=int(view["depuis"])) if view["depuis"] else None,
        point=(point, now() - timedelta(days=POINTS[point][1])) if point else None,
    )
    return sheet_response("lots.csv", HEADER, _rows(found), view, spoken=True)


async def _rows(lots: AsyncIterator[Lot]) -> AsyncIterator[tuple[object, ...]]:
    async for lot in lots:
        yield (
            *(
                lot.code,
                lot.donation_reference,
                lot.donor_name,
                told(lot.status_fr),
                lot.devices,
                lot.missing,
                lot.surplus,
            ),
            *(lot.workshop_name, lot.collected_at, lot.dispatched_at, lot.arrived_at, lot.reconciled_at),
        )


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
    *,
    split_form: Form[SplitLot] | None = None,
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
        split=await sharing.proposal(session, lot_id, principal) if is_open else None,
        form=form,
        journal=await journal_of(request, session, "lot", lot.id, said),
        split_form=split_form or Form(),
        count_link=await count_link.open_link(session, lot.id, principal),
        chips=LOT_CHIPS,
        category_of=Category,
        untreated_fr=untreated_fr,
        manifest=await JobRepository.from_session(session).newest(
            "manifest", await service.manifest_key(session, lot, principal)
        ),
    )


@router.post("/{lot_id}/envoyer", name="dispatch_lot")
async def dispatch(request: Request, lot_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, DispatchLot)
    if form.is_valid:
        async with attempt(
            request, form, OverrideNeedsReason, UntreatedNeedsReason, WorkshopUnknown, LotAlreadyDispatched
        ):
            done = await service.dispatch(session, lot_id, form.data, principal)
            flash(request, _("Le lot %(code)s est en route.") % {"code": done.code})
            return redirect(path("lot", lot_id=lot_id))
    return await show(request, session, lot_id, principal, form, 422)


@router.post("/{lot_id}/partager", name="split_lot")
async def split(request: Request, lot_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Send each workshop its part."""
    form = await _read_split(request)
    if form.is_valid:
        refusals = (SplitImpossible, SplitNeedsReason, UntreatedNeedsReason, WorkshopUnknown, LotAlreadyDispatched)
        async with attempt(request, form, *refusals, field="parts"):
            sent = await sharing.share_out(session, lot_id, form.data, principal)
            codes, count = ", ".join(one.code for one in sent), len(sent)
            words = ngettext("%(num)s lot est en route : %(codes)s.", "%(num)s lots sont en route : %(codes)s.", count)
            flash(request, words % {"num": count, "codes": codes})
            lot = await service.get(session, lot_id, principal)
            return redirect(path("donation", donation_id=lot.donation_id))
    return await show(request, session, lot_id, principal, Form(), 422, split_form=form)


async def _read_split(request: Request) -> Form[SplitLot]:
    """Fields `n-<workshop>-<category>`: an empty one, or 0, is nothing of that category for that workshop."""
    submitted = await request.form()
    values = {name: str(value).strip() for name, value in submitted.items() if name != FIELD}
    parts: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        if name.startswith("n-") and value not in ("", "0"):
            workshop, _dash, category = name.removeprefix("n-").rpartition("-")
            parts.setdefault(workshop, {})[category] = value
    given = {
        "parts": [{"workshop_id": workshop, "devices": devices} for workshop, devices in parts.items()],
        "override_reason": values.get("override_reason") or None,
        "untreated_reason": values.get("untreated_reason") or None,
    }
    try:
        return Form(values, None, SplitLot.model_validate(given, context=FROM_A_FORM))
    except ValidationError:
        return Form(values, {"parts": _("Répartissez des nombres entiers d'équipements, pour un atelier au moins.")})
