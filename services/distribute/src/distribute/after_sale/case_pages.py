"""The page of one case: its road, what is kept for it, and how it ends."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    Role,
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
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from filiere.web.errors import DomainError
from starlette.requests import Request
from starlette.responses import Response

from distribute.after_sale import papers, service, settling
from distribute.after_sale.errors import (
    SETTLING,
    AlreadyAsked,
    AlreadySent,
    CaseNotFound,
    CaseSettled,
    CaseStillMoves,
    HowPaid,
    NothingToPay,
    NotTheirsToPay,
)
from distribute.after_sale.forms import SettleForm
from distribute.after_sale.pages import ALREADY, KEPT, MADE
from distribute.after_sale.repository import AfterSaleRepository
from distribute.after_sale.road import road_of
from distribute.after_sale.schemas import CaseOut, PayerIn, SendBackIn
from distribute.after_sale.status import UNDER_GUARANTEE, Way
from distribute.handovers.repository import HandoversRepository
from distribute.relais.errors import AgreementMissing
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of
from distribute.till_journal.status import Means

router = page_router("/sav")

Relais = Annotated[Principal, allow(Role.RELAIS)]
Coordination = Annotated[Principal, allow(Role.COORDINATOR)]
WhoAsks = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
EitherSide = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
# Somebody was faster: the page shows how it stands now.
_STALE = (CaseSettled, CaseStillMoves, AlreadyAsked, AlreadySent)


@router.get("/{case_id}", name="after_sale_case")
async def one(request: Request, case_id: UUID, principal: EitherSide, session: ReadSession) -> Response:
    """One case, and what its reader may do about it."""
    return await _case(request, case_id, principal, session, Form())


@router.post("/{case_id}/regler", name="settle_case")
async def settle(request: Request, case_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """The person gets a device, or the money."""
    form = await read_form(request, SettleForm)
    if form.is_valid:
        async with (
            attempt(request, None, *_STALE) as tried,
            attempt(request, form, NothingToPay, HowPaid, AgreementMissing, *SETTLING),
        ):
            case = await settling.settle_case(session, principal, case_id, form.data.asked())
            flash(request, _(MADE[case.outcome]))
            return redirect(path("after_sale_case", case_id=case_id))
        if tried.error is not None:
            return _stale(request, case_id, tried.error)
    return await _case(request, case_id, principal, session, form)


@router.post("/{case_id}/demander", name="ask_the_network")
async def ask(request: Request, case_id: UUID, principal: WhoAsks, session: WriteSession) -> Response:
    """A device of the network for this case."""
    async with attempt(request, None, AgreementMissing, *_STALE) as tried:
        case = await service.ask_the_network(session, principal, case_id)
        flash(request, _(KEPT[case.kept_label is not None]))
        return redirect(path("after_sale_case", case_id=case_id))
    return _stale(request, case_id, tried.refusal)


@router.post("/{case_id}/renvoyer", name="send_back")
async def send_back(request: Request, case_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """The broken device leaves."""
    form = await read_form(request, SendBackIn)
    if form.is_valid:
        async with attempt(request, None, *_STALE) as tried:
            await service.send_back(session, principal, case_id, form.data)
            flash(request, _("C'est noté : l'équipement est en route vers son atelier."))
            return redirect(path("after_sale_case", case_id=case_id))
        return _stale(request, case_id, tried.refusal)
    return await _case(request, case_id, principal, session, form)


@router.post("/{case_id}/qui-paie", name="say_payer")
async def say_payer(request: Request, case_id: UUID, principal: Coordination, session: WriteSession) -> Response:
    """Under guarantee, the network or the workshop."""
    form = await read_form(request, PayerIn)
    if form.is_valid:
        async with attempt(request, form, NotTheirsToPay):
            await service.say_payer(session, principal, case_id, form.data.payer)
            flash(request, _("C'est noté."))
            return redirect(path("after_sale_case", case_id=case_id))
    return await _case(request, case_id, principal, session, form)


@router.post("/{case_id}/clore", name="close_case")
async def close(request: Request, case_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Nobody waits for it any more."""
    async with attempt(request, None, *_STALE) as tried:
        case = await settling.close_case(session, principal, case_id)
        flash(request, _(MADE[case.outcome]))
        return redirect(path("after_sale_case", case_id=case_id))
    return _stale(request, case_id, tried.refusal)


@router.get("/{case_id}/bon-de-retour.pdf", name="return_slip")
async def slip(request: Request, case_id: UUID, principal: EitherSide, database: OwnSessions) -> Response:
    """The paper that travels with the broken device."""
    case = await _read(principal, case_id, database)
    pdf = await papers.return_slip(case, app_state(request).settings.public_url)
    return Response(pdf, media_type="application/pdf", headers=attached(f"retour-{case.label}.pdf"))


@router.get("/{case_id}/etiquette.pdf", name="return_label")
async def label(request: Request, case_id: UUID, principal: EitherSide, database: OwnSessions) -> Response:
    """The label on its box."""
    case = await _read(principal, case_id, database)
    pdf = await papers.return_label(case, app_state(request).settings.public_url)
    return Response(pdf, media_type="application/pdf", headers=attached(f"etiquette-retour-{case.label}.pdf"))


async def _read(principal: Principal, case_id: UUID, database: OwnSessions) -> CaseOut:
    """Read first: no connection is held while it is drawn."""
    async with database.read() as session:
        return await service.get(session, principal, case_id)


def _stale(request: Request, case_id: UUID, error: DomainError) -> Response:
    flash(request, error.sentence if isinstance(error, (CaseStillMoves, AgreementMissing)) else _(ALREADY), "info")
    return redirect(path("after_sale_case", case_id=case_id))


async def _case(
    request: Request,
    case_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[SettleForm] | Form[SendBackIn] | Form[PayerIn],
) -> Response:
    case = await service.get(session, principal, case_id)
    if case.handover_id is None and form.errors and principal.scope(Role.RELAIS).includes(case.relais_id):
        raise CaseNotFound
    is_own = case.handover_id is not None
    may_settle = is_own and case.outcome is None
    may_bill = may_settle and not case.is_guaranteed and case.is_here and case.is_kept_itself
    own, paid = own_relais_of(principal), None
    if may_settle and case.handover_id is not None:
        paid = await HandoversRepository.from_session(session).paid_before(own, case.handover_id)
    waits = await AfterSaleRepository.from_session(session).waits_again(own, case_id) if is_own else None
    ways = {Way.SWAP.value: _("Remettre un équipement")}
    return page(
        request,
        "after_sale/templates/case.html",
        principal=principal,
        status=422 if form.errors else 200,
        case=case,
        road=road_of(case),
        waits=waits,
        may_settle=may_settle,
        may_bill=may_bill,
        may_send=is_own and case.status is StockStatus.RETURNING and case.sent_at is None,
        may_ask=principal.may_act_for(Role.RELAIS, case.relais_id) and case.outcome is None and not case.is_asked,
        may_say_payer=principal.has(Role.COORDINATOR) and case.is_guaranteed,
        instead=await service.instead_of(session, case.relais_id, case) if may_settle else [],
        ways=ways | ({Way.REFUND.value: _("Rembourser")} if paid is not None else {}),
        payers={one.value: _(one.label_fr) for one in UNDER_GUARANTEE},
        means={one.value: _(one.label_fr).capitalize() for one in Means if one is not Means.UNSAID},
        form=form,
    )
