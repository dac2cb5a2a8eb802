"""Statements on screen: a Relais its own, the coordination all, with invoices, payments and the aged balance."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.calendar import today
from filiere.database import AsyncReadSession, Part, Scope
from filiere.identifiers import uuid7
from filiere.journal import Entry
from filiere.web import (
    Column,
    Conflict,
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    Table,
    Unprocessable,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    own_settings,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
    told,
)
from filiere.web.app_state import app_state
from filiere.web.bounded_types import Day
from filiere.web.downloads import attached
from filiere.web.journal import journal_of
from starlette.requests import Request
from starlette.responses import Response

from distribute.dues import papers, service, sheets
from distribute.dues.carried_repository import CarriedRepository
from distribute.dues.dues_forms import CarriedForm, PaymentForm, ReasonForm
from distribute.dues.money_repository import MoneyRepository
from distribute.dues.proof_repository import ProofRepository
from distribute.dues.repository import DuesRepository
from distribute.dues.schemas import InvoiceIn, RemindIn, TermsIn
from distribute.dues.status import Basis, PaidBy
from distribute.relais import service as relais_service
from distribute.settings import DistributeSettings
from distribute.tenancy import relais_of

router = page_router()

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Own = Annotated[DistributeSettings, own_settings(DistributeSettings)]
First = Annotated[Day | None, Query(alias="du")]
Last = Annotated[Day | None, Query(alias="au")]
DUES = Table(
    columns=(
        Column("day", "Date"),
        Column("what", "Ce qui s'est passé"),
        Column("base", "Prix", is_number=True),
        Column("amount", "Dû", is_number=True),
        Column("invoice", "Facture"),
    ),
    per_page=50,
)
LINES = Table(
    columns=(
        Column("day", "Date"),
        Column("what", "Nature"),
        Column("base", "Prix TTC", is_number=True),
        Column("percent", "Part", is_number=True),
        Column("amount", "Dû TTC", is_number=True),
    ),
    per_page=50,
)
INVOICES = Table(
    columns=(
        Column("number", "Facture"),
        Column("due", "À payer avant"),
        Column("amount", "Montant", is_number=True),
        Column("left", "Reste", is_number=True),
    ),
    per_page=50,
)
PAYMENTS = Table(
    columns=(Column("day", "Reçu le"), Column("how", "Moyen"), Column("amount", "Montant", is_number=True)),
    per_page=50,
)
_LATEST = 24
_SAID = {
    "terms": "Conditions écrites",
    "invoiced": "Facture faite",
    "paid": "Paiement noté",
    "unpaid": "Paiement annulé",
    "reminded": "Rappel envoyé",
    "carried": "Dette d'avant reprise",
    "corrected": "Dette d'avant corrigée",
}


@router.get("/relais/{relais_id}/releve", name="statement")
async def statement(
    request: Request, relais_id: UUID, principal: Reader, session: ReadSession, first: First = None, last: Last = None
) -> Response:
    """What a Relais owes and has paid."""
    return await statement_page(request, principal, session, relais_id, first=first, last=last)


@router.get("/relais/{relais_id}/releve.csv", name="statement_sheet")
async def statement_sheet(
    relais_id: UUID, principal: Reader, session: StreamSession, first: First = None, last: Last = None
) -> Response:
    """Its lines, for a spreadsheet."""
    await relais_service.get(session, principal, relais_id)
    each = DuesRepository.from_session(session).each(relais_of(principal), relais_id, *_period(first, last))
    return sheet_response("releve.csv", sheets.DUES, sheets.dues(each), spoken=True)


@router.post("/relais/{relais_id}/releve/conditions", name="dues_terms")
async def set_terms(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Write what the agreement says of money."""
    form = await read_form(request, TermsIn)
    if form.is_valid:
        async with attempt(request, form):
            await service.set_terms(session, principal, relais_id, form.data)
            flash(request, gettext("Conditions écrites : elles comptent à partir de leur premier jour."))
            return redirect(path("statement", relais_id=relais_id))
    return await statement_page(request, principal, session, relais_id, terms_form=form)


@router.post("/relais/{relais_id}/releve/facturer", name="make_invoice")
async def invoice(
    request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession, settings: Own
) -> Response:
    """Invoice what is due until a day."""
    form = await read_form(request, InvoiceIn)
    if form.is_valid:
        async with attempt(request, form):
            made = await service.invoice(session, principal, settings, relais_id, form.data.last)
            flash(request, gettext("%(number)s est faite.") % {"number": made.number})
            return redirect(path("invoice", invoice_id=made.id))
    return await statement_page(request, principal, session, relais_id, invoice_form=form)


@router.post("/relais/{relais_id}/releve/paiements", name="record_payment")
async def pay(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Record a payment; pressed twice it is one."""
    form = await read_form(request, PaymentForm)
    if form.is_valid:
        async with attempt(request, form):
            await service.pay(session, principal, relais_id, form.data.asked())
            flash(request, gettext("Paiement noté."))
            return redirect(path("statement", relais_id=relais_id))
    return await statement_page(request, principal, session, relais_id, payment=form)


@router.post("/paiements/{payment_id}/annuler", name="undo_payment")
async def undo(request: Request, payment_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Take a payment back by a minus entry."""
    relais_id = await service.relais_of_payment(session, payment_id)
    form = await read_form(request, ReasonForm)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        await service.undo_payment(session, principal, payment_id, form.data.reason)
        flash(request, gettext("Paiement annulé par une écriture contraire."))
        return redirect(path("statement", relais_id=relais_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("statement", relais_id=relais_id))


@router.get("/relais/{relais_id}/factures", name="invoices")
async def invoices(request: Request, relais_id: UUID, principal: Reader, session: ReadSession) -> Response:
    """Every invoice of a Relais, newest first."""
    relais = await relais_service.get(session, principal, relais_id)
    view = INVOICES.read(request)
    found = await MoneyRepository.from_session(session).invoices(relais_of(principal), relais_id, view.part)
    filled = view.fill(found.rows, found)
    return page(request, "dues/templates/invoices.html", principal=principal, relais=relais, view=filled, today=today())


@router.get("/relais/{relais_id}/paiements", name="payments")
async def payments(request: Request, relais_id: UUID, principal: Reader, session: ReadSession) -> Response:
    """Every payment of a Relais, the latest recorded first."""
    relais = await relais_service.get(session, principal, relais_id)
    view = PAYMENTS.read(request)
    found = await MoneyRepository.from_session(session).payments(relais_of(principal), relais_id, view.part)
    filled = view.fill(found.rows, found)
    return page(request, "dues/templates/payments.html", principal=principal, relais=relais, view=filled)


@router.get("/factures/{invoice_id}", name="invoice")
async def one(request: Request, invoice_id: UUID, principal: Reader, session: ReadSession) -> Response:
    """One invoice and its lines, each leading to its order."""
    found = await service.get(session, principal, invoice_id)
    parties = await MoneyRepository.from_session(session).parties(invoice_id)
    view = LINES.read(request)
    lines = await DuesRepository.from_session(session).of_invoice(invoice_id, view.part)
    return page(
        request,
        "dues/templates/invoice.html",
        principal=principal,
        invoice=found,
        parties=parties,
        lacks=papers.lacks(parties),
        view=view.fill(lines.rows, lines),
        today=today(),
    )


@router.get("/factures/{invoice_id}/lignes.csv", name="invoice_sheet")
async def invoice_sheet(invoice_id: UUID, principal: Reader, session: StreamSession) -> Response:
    """Its lines, for a spreadsheet."""
    found = await service.get(session, principal, invoice_id)
    each = DuesRepository.from_session(session).each_of_invoice(invoice_id)
    return sheet_response(f"{found.number}.csv", sheets.DUES, sheets.dues(each), spoken=True)


@router.get("/factures/{invoice_id}/facture.pdf", name="invoice_pdf")
async def on_paper(request: Request, invoice_id: UUID, principal: Reader, database: OwnSessions) -> Response:
    """The same on paper. Read first: no connection is held while it is drawn."""
    async with database.read() as session:
        found = await service.get(session, principal, invoice_id)
        parties = await MoneyRepository.from_session(session).parties(invoice_id)
        repository = DuesRepository.from_session(session)
        lines = await repository.of_invoice(invoice_id, Part(papers.MOST_LINES))
        sums = await repository.summed_up(invoice_id) if lines.total > papers.MOST_LINES else None
    pdf = await papers.invoice_pdf(found, sums or lines.rows, parties, app_state(request).settings.public_url)
    return Response(pdf, media_type="application/pdf", headers=attached(f"{found.number}.pdf"))


@router.get("/balance-agee", name="aged_balance")
async def aged(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """Who owes what since when."""
    balance = await service.aged_balance(session, principal, today())
    return page(
        request,
        "dues/templates/aged.html",
        principal=principal,
        balance=balance,
        to_remind=sum(one.to_remind for one in balance.relais),
        proven=await ProofRepository.from_session(session).last(),
    )


@router.post("/balance-agee/verifier", name="prove_dues")
async def prove(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Hold what is new since the last time against what it comes from."""
    if not await service.prove_for_somebody(session):
        flash(request, gettext("Comptes vérifiés : tout s'explique."))
    return redirect(path("aged_balance"))


@router.get("/balance-agee.csv", name="aged_sheet")
async def aged_sheet(principal: Coordinator, session: ReadSession) -> Response:
    """The same as a sheet."""
    balance = await service.aged_balance(session, principal, today())
    return sheet_response("balance-agee.csv", sheets.AGED, sheets.aged(balance.relais), spoken=True)


@router.post("/balance-agee/rappels", name="remind")
async def remind(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Write to whoever has overdue invoices, of each once."""
    form = await read_form(request, RemindIn)
    if not form.is_valid:
        flash(request, form.first_error, "stop")
        return redirect(path("aged_balance"))
    done = await service.remind(session, principal, form.data.relais_id)
    flash(request, gettext("Rappels envoyés : %(n)s Relais.") % {"n": done.relais})
    return redirect(path("aged_balance"))


async def statement_page(
    request: Request,
    principal: Principal,
    session: AsyncReadSession | WriteSession,
    relais_id: UUID,
    *,
    payment: Form[PaymentForm] | None = None,
    invoice_form: Form[InvoiceIn] | None = None,
    terms_form: Form[TermsIn] | None = None,
    carried_form: Form[CarriedForm] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Response:
    scope, days = relais_of(principal), _period(first, last)
    said = await service.statement(session, principal, relais_id, *days)
    view = DUES.read(request)
    found = await DuesRepository.from_session(session).listing(scope, relais_id, *days, part=view.part)
    money = MoneyRepository.from_session(session)
    invoices = await money.invoices(scope, relais_id, Part(_LATEST))
    payments = await money.payments(scope, relais_id, Part(_LATEST))
    carried = await CarriedRepository.from_session(session).listing(scope, relais_id, Part(_LATEST))
    terms = said.terms
    is_refused = any(form is not None for form in (payment, invoice_form, terms_form, carried_form))
    payment = payment or Form({"received_on": today().isoformat(), "means": PaidBy.TRANSFER.value})
    payment.values = {"id": str(uuid7()), **payment.values}
    carried_form = carried_form or Form()
    carried_form.values = {"id": str(uuid7()), **carried_form.values}
    terms_form = terms_form or Form(
        {
            "from_day": today().isoformat(),
            "basis": terms.basis.value if terms else Basis.NOTHING.value,
            "percent": str(terms.percent if terms else 0),
            "days_to_pay": str(terms.days_to_pay if terms else service.WITHOUT_TERMS_DAYS),
        }
    )
    return page(
        request,
        "dues/templates/statement.html",
        principal=principal,
        status=422 if is_refused else 200,
        said=said,
        payment=payment,
        invoice_form=invoice_form or Form({"last": (today() - timedelta(days=1)).isoformat()}),
        terms_form=terms_form,
        view=view.fill(found.rows, found),
        carried_form=carried_form,
        carried=carried.rows,
        invoices=invoices.rows,
        payments=payments.rows,
        open=await money.unpaid(Scope([relais_id])) if principal.is_coordinator else [],
        bases={one.value: told(one.label_fr) for one in Basis},
        means={one.value: told(one.label_fr) for one in PaidBy},
        today=today(),
        journal=await journal_of(request, session, service.OBJECT, relais_id, _said)
        if principal.is_coordinator
        else None,
    )


def _period(first: date | None, last: date | None) -> tuple[date, date]:
    end = last or today()
    return first or date(end.year, 1, 1), end


def _said(entry: Entry) -> str:
    return told(_SAID.get(entry.verb, entry.verb))
