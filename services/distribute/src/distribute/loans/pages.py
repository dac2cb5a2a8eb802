"""Pages of loans: leave with devices, settle on return."""

from datetime import date
from typing import Annotated
from uuid import UUID

from filiere.journal import Entry
from filiere.web import (
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
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web.formats import full_day
from filiere.web.journal import journal_of
from starlette.requests import Request
from starlette.responses import Response

from distribute.loans import service
from distribute.loans.errors import (
    BackAndGiven,
    NotHere,
    NothingToSettle,
    NotInThisLoan,
    NotToLend,
    OfTwoRelais,
    ReturnInThePast,
)
from distribute.loans.repository import LoansRepository
from distribute.loans.schemas import ExtendLoanIn, LoanIn, SettleLoanIn
from distribute.loans.status import LoanKind
from distribute.tenancy import own_relais_of

router = page_router("/prets")

Relais = Annotated[Principal, allow(Role.RELAIS)]
LOANS = Table(
    columns=(
        Column("place", "Où"),
        Column("opened_at", "Parti le"),
        Column("due_on", "Retour prévu"),
        Column("out", "Encore dehors", is_number=True),
    ),
)


@router.get("", name="loans")
async def listing(request: Request, principal: Relais, session: ReadSession) -> Response:
    """What is out, and the form to leave with devices."""
    return await _listing(request, principal, session, Form())


@router.post("", name="loans")
async def lend(request: Request, principal: Relais, session: WriteSession) -> Response:
    """They leave."""
    form = await read_form(request, LoanIn, lists=("labels",))
    if form.is_valid:
        async with attempt(request, form, NotHere, NotToLend, OfTwoRelais, ReturnInThePast):
            loan = await service.lend(session, principal, form.data)
            flash(request, gettext("C'est noté. Au retour, dites ici ce qui revient et ce qui est donné."))
            return redirect(path("loan", loan_id=loan.id))
    return await _listing(request, principal, session, form)


@router.get("/{loan_id}", name="loan")
async def one(request: Request, loan_id: UUID, principal: Relais, session: ReadSession) -> Response:
    """One loan: what is out, what came back."""
    return await _one(request, principal, session, loan_id, Form())


@router.post("/{loan_id}/prolonger", name="extend_loan")
async def extend(request: Request, loan_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """A later day of return."""
    form = await read_form(request, ExtendLoanIn)
    if form.is_valid:
        async with attempt(request, form):
            await service.extend(session, principal, loan_id, form.data.due_on)
            flash(request, gettext("Prêt prolongé."))
            return redirect(path("loan", loan_id=loan_id))
    return await _one(request, principal, session, loan_id, form)


@router.post("/{loan_id}/regler", name="settle_loan")
async def settle(request: Request, loan_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """On return."""
    form = await read_form(request, SettleLoanIn, lists=("returned", "given", "lost", "found"))
    if form.is_valid:
        async with attempt(request, form, NothingToSettle, BackAndGiven, NotInThisLoan):
            loan = await service.settle(session, principal, loan_id, form.data)
            said = gettext("Tout est réglé.") if loan.settled_at else gettext("C'est noté. Le reste est encore dehors.")
            flash(request, said)
            return redirect(path("loan", loan_id=loan_id))
    flash(request, form.first_error, "stop")
    return redirect(path("loan", loan_id=loan_id))


async def _one(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    loan_id: UUID,
    form: Form[ExtendLoanIn],
) -> Response:
    loan = await service.get(session, principal, loan_id)
    view = await journal_of(request, session, service.OBJECT, loan_id, _said)
    return page(
        request,
        "loans/templates/loan.html",
        principal=principal,
        status=422 if form.errors else 200,
        loan=loan,
        form=form,
        journal=view if view.lines else None,
    )


def _said(entry: Entry) -> str:
    days = [date.fromisoformat(entry.details[name]) for name in ("before", "due_on") if entry.details.get(name)]
    said = [str(full_day(one)) for one in days]
    if len(said) == 1:
        return gettext("Retour prévu le %(day)s") % {"day": said[0]}
    return gettext("Prêt prolongé : du %(before)s au %(day)s") % {"before": said[0], "day": said[1]}


async def _listing(
    request: Request, principal: Principal, session: ReadSession | WriteSession, form: Form[LoanIn]
) -> Response:
    view = LOANS.read(request)
    repository = LoansRepository.from_session(session)
    found = await repository.listing(own_relais_of(principal), part=view.part)
    return page(
        request,
        "loans/templates/listing.html",
        principal=principal,
        status=422 if form.errors else 200,
        view=view.fill(found.rows, found),
        form=form,
        kinds=list(LoanKind),
        present=await repository.to_lend(own_relais_of(principal)),
    )
