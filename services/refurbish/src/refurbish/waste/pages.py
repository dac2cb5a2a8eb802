"""Pages of the exits of waste: their list, what may leave, one exit with its devices and its draft."""

import json
from typing import Annotated, Any
from uuid import UUID

from filiere.calendar import today
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    StreamSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web.bounded_types import Flag
from filiere.web.downloads import attached
from pydantic import field_validator
from starlette.requests import Request
from starlette.responses import Response

from refurbish.tenancy import LEADS, workshops_of
from refurbish.waste import service
from refurbish.waste.codes import WasteCode
from refurbish.waste.errors import CannotLeave, LeftInTheFuture
from refurbish.waste.repository import WasteRepository
from refurbish.waste.schemas import MOST_DEVICES, NewExit
from refurbish.waste.trackdechets import draft
from refurbish.workshops.repository import WorkshopRepository

router = page_router("/dechets")
Lead = Annotated[Principal, LEADS]
CODES = {code.value: f"{code.value} — {code.label_fr}" for code in WasteCode}
SHEET = (
    "Parti le", "Atelier", "Code déchet", "Nature", "Poids en kg", "Pesé", "Bordereau", "Transporteur", "Destinataire",
    "SIRET du destinataire", "Traitement prévu", "Équipements", "Enregistré par", "Annulé le",
)  # fmt: skip
SHOWN = 100


class ExitForm(NewExit):
    """As it is typed: kilograms with a comma, and a box for what was not weighed."""

    is_estimated: Flag = False

    @field_validator("weight_kg", mode="before")
    @classmethod
    def _with_a_comma(cls, typed: Any) -> Any:
        return typed.replace(",", ".") if isinstance(typed, str) else typed

    def command(self) -> NewExit:
        return NewExit(**self.model_dump(exclude={"is_estimated", "is_weighed"}), is_weighed=not self.is_estimated)


@router.get("", name="waste")
async def listing(request: Request, principal: Lead, session: ReadSession) -> Response:
    """What left, and how much waits."""
    waste = WasteRepository.from_session(session)
    _, waiting = await waste.may_leave(workshops_of(principal), 1)
    year = _year(request)
    exits = await waste.listing(workshops_of(principal), year=year, limit=SHOWN)
    totals = await waste.totals(workshops_of(principal))
    return page(
        request, "waste/templates/waste.html", principal=principal, exits=exits, waiting=waiting, year=year,
        years=sorted({one.year for one in totals}, reverse=True), most=SHOWN,
        totals=[one for one in totals if year is None or one.year == year],
    )  # fmt: skip


@router.get(".csv", name="waste_csv")
async def download(request: Request, principal: Lead, session: StreamSession) -> Response:
    """Every exit, of a year or all, for a spreadsheet: the columns of the slip, in the order in which they left."""
    exits = await WasteRepository.from_session(session).listing(workshops_of(principal), year=_year(request))
    rows = (
        (
            one.left_on,
            one.workshop_name,
            one.code.value,
            gettext(one.code.label_fr),
            one.weight_kg,
            one.is_weighed,
            one.slip,
            one.carrier,
            one.recipient,
            one.recipient_siret,
            one.operation,
            one.devices,
            one.recorded_by,
            one.undone_at,
        )
        for one in reversed(exits)
    )
    return sheet_response("sorties-de-dechets.csv", SHEET, rows, spoken=True)


@router.get("/nouvelle", name="new_waste_exit")
async def new(request: Request, principal: Lead, session: ReadSession) -> Response:
    """Choose what leaves."""
    return await _ask(request, principal, session, Form({"left_on": today().isoformat(), "operation": "R12"}))


@router.post("/nouvelle", name="new_waste_exit")
async def record(request: Request, principal: Lead, session: WriteSession) -> Response:
    """It left."""
    form = await read_form(request, ExitForm, lists=("devices",))
    if form.is_valid:
        async with attempt(request, form, CannotLeave, LeftInTheFuture):
            made = await service.record(session, principal, form.data.command())
            flash(request, gettext("Sortie enregistrée : le donateur verra « recyclé »."))
            return redirect(path("waste_exit", waste_id=made.id))
    return await _ask(request, principal, session, form, 422)


@router.get("/{waste_id}", name="waste_exit")
async def shown(request: Request, waste_id: UUID, principal: Lead, session: ReadSession) -> Response:
    """One exit."""
    found = await service.get(session, principal, waste_id)
    devices = await WasteRepository.from_session(session).devices(waste_id)
    return page(request, "waste/templates/exit.html", principal=principal, exit=found, devices=devices)


@router.get("/{waste_id}/trackdechets.json", name="waste_draft")
async def draft_of(waste_id: UUID, principal: Lead, session: ReadSession) -> Response:
    """The draft, as a file to send."""
    found = await service.get(session, principal, waste_id)
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), found.workshop_id)
    assert workshop is not None  # an exit belongs to a workshop by foreign key, and the caller sees it
    content = json.dumps(draft(found, workshop), ensure_ascii=False, indent=2)
    return Response(content, media_type="application/json", headers=attached(f"bsdd-{waste_id}.json"))


@router.post("/{waste_id}/annuler", name="undo_waste_exit")
async def undo(request: Request, waste_id: UUID, principal: Lead, session: WriteSession) -> Response:
    """It was recorded by mistake."""
    await service.undo(session, principal, waste_id)
    flash(request, gettext("Sortie annulée : ses équipements sont de nouveau à l'atelier."), "wait")
    return redirect(path("waste_exit", waste_id=waste_id))


def _year(request: Request) -> int | None:
    """Of the address; none where it names none."""
    asked = request.query_params.get("annee", "")
    return int(asked) if len(asked) == 4 and asked.isascii() and asked.isdigit() and int(asked) > 0 else None


async def _ask(
    request: Request, principal: Principal, session: ReadSession, form: Form[ExitForm], status: int = 200
) -> Response:
    devices, total = await WasteRepository.from_session(session).may_leave(workshops_of(principal), MOST_DEVICES)
    return page(
        request, "waste/templates/new.html", principal=principal, form=form, devices=devices, total=total, codes=CODES,
        status=status,
    )  # fmt: skip
