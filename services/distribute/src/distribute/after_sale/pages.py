"""Pages of what comes back after it was handed over: find it, say what is wrong, settle, and the list."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from filiere.calendar import day_of
from filiere.catalogue import Fault
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
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web import gettext as _
from starlette.requests import Request
from starlette.responses import Response

from distribute.after_sale import service
from distribute.after_sale.errors import (
    SETTLING,
    AlreadyBroughtBack,
    NotHandedOver,
)
from distribute.after_sale.forms import OpenCaseForm
from distribute.after_sale.repository import AfterSaleRepository
from distribute.after_sale.schemas import CaseOut, NamedIn
from distribute.after_sale.status import CaseOutcome, Way
from distribute.handovers import service as till
from distribute.handovers.repository import HandoversRepository
from distribute.relais.errors import AgreementMissing
from distribute.tenancy import own_relais_of, relais_of, workshops_of

router = page_router("/sav")

Relais = Annotated[Principal, allow(Role.RELAIS)]
Workshops = Annotated[Principal, allow(Role.WORKSHOP, Role.COORDINATOR)]
EitherSide = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
CASES = Table(
    columns=(
        Column("device", "Équipement"),
        Column("fault", "Panne"),
        Column("relais", "Relais"),
        Column("opened_at", "Rapporté le"),
        Column("where", "Où est l'équipement"),
        Column("outcome", "Pour la personne"),
    ),
    filters=(
        Choice("suite", "Suite", {"ouvert": "À régler", "regle": "Réglé"}),
        Choice("panne", "Panne", {one.value: one.label_fr for one in Fault}),
    ),
)
HEADER = (
    "etiquette", "categorie", "modele", "relais", "atelier", "panne", "sous_garantie", "rapporte_le", "lieu",
    "suite", "regle_le", "a_la_place",
)  # fmt: skip
ALREADY = "Quelqu'un l'a déjà fait : voici où en est le dossier."
KEPT = {
    True: "C'est demandé : un équipement du réseau est gardé pour ce dossier. Il part dans un colis pour vous.",
    False: "C'est demandé. Rien n'est libre aujourd'hui : le prochain équipement qui convient sera pour ce dossier.",
}
MADE = {
    CaseOutcome.SWAPPED: "C'est échangé. Donnez le nouveau reçu, et renvoyez l'équipement en panne à son atelier.",
    CaseOutcome.REPAIRED: "L'équipement réparé est rendu. Donnez le nouveau reçu.",
    CaseOutcome.CLOSED: "Le dossier est clos.",
    CaseOutcome.REFUNDED: "C'est annulé à la caisse : rendez l'argent, et renvoyez l'équipement à son atelier.",
    None: "C'est noté. Renvoyez l'équipement à son atelier : il l'attend.",
}


@router.get("", name="after_sale")
async def listing(request: Request, principal: EitherSide, session: ReadSession) -> Response:
    """What was brought back, and for a Relais where to begin."""
    return await _listing(request, principal, session, Form())


@router.get(".csv", name="after_sale_csv")
async def csv(request: Request, principal: EitherSide, session: StreamSession) -> Response:
    """The list as a file, under its filters; nothing of receipts."""
    view = CASES.read(request)
    found = AfterSaleRepository.from_session(session).each(
        relais_of(principal),
        workshops_of(principal),
        own_relais_of(principal),
        is_open=_is_open(view["suite"]),
        fault=_fault(view["panne"]),
    )
    return sheet_response("sav.csv", HEADER, _rows(found), spoken=True)


@router.get("/pannes", name="faults_by_model")
async def faults(request: Request, principal: Workshops, session: ReadSession) -> Response:
    """Which fault comes back on which model."""
    found = await service.faults(session, principal)
    return page(request, "after_sale/templates/faults.html", principal=principal, faults=found)


@router.post("/chercher", name="find_handed_over")
async def find(request: Request, principal: Relais, session: ReadSession) -> Response:
    """By the label or the receipt."""
    form = await read_form(request, NamedIn)
    if form.is_valid:
        async with attempt(request, form, NotHandedOver):
            return redirect(path("bring_back", handover_id=await service.find(session, principal, form.data.code)))
    return await _listing(request, principal, session, form)


@router.get("/remises/{handover_id}", name="bring_back")
async def bring_back_page(request: Request, handover_id: UUID, principal: Relais, session: ReadSession) -> Response:
    """What the receipt promises, and what may be done."""
    return await _bring_back(request, handover_id, principal, session, Form())


@router.post("/remises/{handover_id}", name="bring_back")
async def bring_back(request: Request, handover_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """It is brought back."""
    form = await read_form(request, OpenCaseForm)
    if form.is_valid:
        async with attempt(request, form, AlreadyBroughtBack, AgreementMissing, *SETTLING):
            case = await service.open_case(session, principal, handover_id, form.data.asked())
            flash(request, _(MADE[case.outcome] if case.order_id is None else KEPT[case.kept_label is not None]))
            return redirect(path("after_sale_case", case_id=case.id))
    return await _bring_back(request, handover_id, principal, session, form)


async def _listing(request: Request, principal: Principal, session: ReadSession, form: Form[NamedIn]) -> Response:
    view = CASES.read(request)
    found = await AfterSaleRepository.from_session(session).listing(
        relais_of(principal),
        workshops_of(principal),
        own_relais_of(principal),
        is_open=_is_open(view["suite"]),
        fault=_fault(view["panne"]),
        part=view.part,
    )
    return page(
        request,
        "after_sale/templates/listing.html",
        principal=principal,
        status=422 if form.errors else 200,
        view=view.fill(found.rows, found),
        form=form,
    )


async def _bring_back(
    request: Request,
    handover_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[OpenCaseForm],
) -> Response:
    handover = await till.get(session, principal, handover_id)
    case = await AfterSaleRepository.from_session(session).of_handover(own_relais_of(principal), handover_id)
    if case is not None:
        if request.method == "POST":  # by a form that was open while somebody else did it
            flash(request, _(ALREADY), "info")
        return redirect(path("after_sale_case", case_id=case))
    is_paid = await HandoversRepository.from_session(session).paid_before(own_relais_of(principal), handover_id)
    ways = [Way.SWAP, Way.NETWORK, Way.REPAIR] + ([Way.REFUND] if is_paid is not None else [])
    return page(
        request,
        "after_sale/templates/bring_back.html",
        principal=principal,
        status=422 if form.errors else 200,
        handover=handover,
        day=day_of(handover.handed_over_at),
        promise=await service.promised(session, principal, handover_id),
        instead=await service.instead_of(session, handover.relais_id, handover),
        form=form,
        faults={one.value: _(one.label_fr) for one in Fault if one is not Fault.RECALLED},
        uncovered=[one for one in Fault if not one.is_covered],
        ways={one.value: _(one.label_fr) for one in ways},
    )


def _is_open(said: str) -> bool | None:
    return {"ouvert": True, "regle": False}.get(said)


def _fault(said: str) -> Fault | None:
    return Fault(said) if said else None


async def _rows(found: AsyncIterator[CaseOut]) -> AsyncIterator[Sequence[object]]:
    async for one in found:
        yield (
            one.label,
            _(one.category.label_fr),
            one.name,
            one.relais_name,
            one.workshop_name,
            _(one.fault.label_fr),
            one.is_guaranteed,
            one.opened_at,
            _(one.where_fr),
            _(one.outcome.label_fr) if one.outcome else "",
            one.settled_at,
            one.replacement_label,
        )
