"""The till on screen: scan, choose the tier, done. Its own Relais only."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.calendar import bounds, day_of, today
from filiere.catalogue import Tier
from filiere.database import Part
from filiere.web import (
    Column,
    DomainError,
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
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
    told,
)
from filiere.web import gettext as _
from filiere.web.bounded_types import Day, Scanned
from starlette.requests import Request
from starlette.responses import Response

from distribute.handovers import accounting_export, service
from distribute.handovers import undo as undoing
from distribute.handovers.checkout import check_out
from distribute.handovers.errors import HandoverUndone, UndoIsTheLeads
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.schemas import CartDeviceIn, CheckoutIn, PersonIn, UndoIn
from distribute.handovers.status import HandoverKind
from distribute.handovers.warranty import warranty
from distribute.publics import publics
from distribute.relais.repository import RelaisRepository
from distribute.stock.repository import StockRepository
from distribute.tenancy import NOBODY, own_relais_of
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.status import UndoReason

router = page_router("/caisse")

Relais = Annotated[Principal, allow(Role.RELAIS)]
SHOWN = 100  # of what may be handed over; how many more there are is said
HANDED = Table(
    columns=(
        Column("receipt", "N° de reçu"),
        Column("device", "Équipement"),
        Column("tier", "Palier"),
        Column("amount", "Montant", is_number=True),
        Column("alias", "Repère"),
    ),
    per_page=SHOWN,
)


@router.get("", name="till")
async def till(
    request: Request, principal: Relais, session: ReadSession, on: Annotated[Day | None, Query(alias="jour")] = None
) -> Response:
    """Scan a device or choose one; the day's handovers below."""
    return await _till(request, principal, session, on)


@router.post("", name="till")
async def scan(request: Request, principal: Relais, session: ReadSession) -> Response:
    """A label was scanned: go to its device, or say why not."""
    typed = str((await request.form()).get("label", "")).strip()
    async with attempt(request) as tried:
        device = await service.at_till(session, principal, typed)
        return redirect(path("till_device", label=device.label))
    return await _till(request, principal, session, None, tried.error)


@router.get("/remises.csv", name="handovers_csv")
async def csv(
    principal: Relais, session: StreamSession, year: Annotated[int | None, Query(alias="annee")] = None
) -> Response:
    """The accountant's file of a year."""
    chosen = year if year and 2000 <= year <= 2999 else today().year
    start, end = bounds(date(chosen, 1, 1), date(chosen, 12, 31))
    found = HandoversRepository.from_session(session).for_accountant(own_relais_of(principal), start, end)
    return sheet_response(f"remises-{chosen}.csv", accounting_export.HEADER, accounting_export.rows(found))


@router.get("/equipements/{label}", name="till_device")
async def device(request: Request, label: Scanned, principal: Relais, session: ReadSession) -> Response:
    """One device: its tiers and their prices, one button each."""
    return await _device(request, label, principal, session, Form())


@router.post("/equipements/{label}/remettre/{tier}", name="hand_over")
async def hand_over(request: Request, label: Scanned, tier: Tier, principal: Relais, session: WriteSession) -> Response:
    """A tier's button was pressed: the device is handed over and its receipt shown."""
    kind = HandoverKind.GIVEN if tier is Tier.GIFT else HandoverKind.SOLD
    form = await read_form(request, PersonIn)
    if form.is_valid:
        async with attempt(request, form):
            device = CartDeviceIn(label=label)
            body = CheckoutIn(devices=[device], kind=kind, tier=tier, **form.data.model_dump())
            (made,) = (await check_out(session, principal, body)).handovers
            return redirect(path("receipt", handover_id=made.id))
    return await _device(request, label, principal, session, form, 422)


@router.get("/recus/{handover_id}", name="receipt")
async def receipt(request: Request, handover_id: UUID, principal: Relais, session: ReadSession) -> Response:
    """The receipt, to print, to show or to take back."""
    return await _receipt(request, handover_id, principal, session, Form())


@router.post("/recus/{handover_id}/annuler", name="undo_handover")
async def undo(request: Request, handover_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Take the handover back, for a reason."""
    form = await read_form(request, UndoIn)
    if form.is_valid:
        async with attempt(request, form, HandoverUndone, UndoIsTheLeads):
            await undoing.undo(session, principal, handover_id, form.data.reason)
            flash(request, _("Remise annulée : l'équipement est de nouveau dans votre stock."))
            return redirect(path("receipt", handover_id=handover_id))
    return await _receipt(request, handover_id, principal, session, form, 422)


async def _receipt(
    request: Request,
    handover_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[UndoIn],
    status: int = 200,
) -> Response:
    scope = own_relais_of(principal)
    journal = await TillJournalRepository.from_session(session).of_handover(scope, handover_id)
    if len(journal) == 2:
        sale, undone = journal
        return page(
            request,
            "handovers/templates/receipt_undone.html",
            principal=principal,
            status=status,
            sale=sale,
            undone=undone,
        )
    handover = await service.get(session, principal, handover_id)
    relais = await RelaisRepository.from_session(session).get(scope, handover.relais_id)
    assert relais is not None  # its handover was found for the same people
    lead = await HandoversRepository.from_session(session).lead(handover.relais_id)
    return page(
        request,
        "handovers/templates/receipt.html",
        principal=principal,
        status=status,
        handover=handover,
        relais=relais,
        day=day_of(handover.handed_over_at),
        warranty=warranty(handover.kind, relais.name),
        is_sold=handover.kind is HandoverKind.SOLD,
        form=form,
        may_undo=undoing.may_undo(principal, journal[0], lead) if journal else principal.subject == lead,
        reasons={one.value: told(one.label_fr).capitalize() for one in UndoReason},
    )


async def _till(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    on: date | None,
    error: DomainError | None = None,
) -> Response:
    day = on or today()
    start, end = bounds(day, day)
    repository = HandoversRepository.from_session(session)
    view = HANDED.read(request)
    handovers = await repository.listing(own_relais_of(principal), start, end, part=view.part)
    devices = await StockRepository.from_session(session).devices(
        own_relais_of(principal),
        NOBODY,
        status="delivered",
        order="category",
        part=Part(SHOWN),
    )
    return page(
        request,
        "handovers/templates/till.html",
        principal=principal,
        status=error.status_code if error else 200,
        error=error,
        devices=devices.rows,
        devices_total=devices.total,
        handed=view.fill(handovers.rows, handovers),
        totals=await repository.totals(own_relais_of(principal), start, end),
        day=day,
        is_today=day == today(),
        year=day.year,
    )


async def _device(
    request: Request,
    label: str,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[PersonIn],
    status: int = 200,
) -> Response:
    found = await service.at_till(session, principal, label)
    return page(
        request,
        "handovers/templates/device.html",
        principal=principal,
        status=status,
        device=found,
        form=form,
        gift=found.price(Tier.GIFT),
        paying=[price for price in found.prices if price.tier is not Tier.GIFT],
        publics={value: text for value, text in publics().items() if value != "tous-publics"},
    )
