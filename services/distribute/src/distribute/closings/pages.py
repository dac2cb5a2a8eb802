"""Closings on screen: the cash is counted first, and stands beside what is expected afterwards."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.calendar import today
from filiere.database import Scope
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
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web import gettext as _
from starlette.requests import Request
from starlette.responses import Response

from distribute.closings import service
from distribute.closings.closing_forms import CloseDayForm, ClosePeriodForm
from distribute.closings.errors import ClosingNotFound
from distribute.closings.repository import ClosingsRepository
from distribute.closings.schemas import ClosingOut
from distribute.closings.status import DifferenceReason
from distribute.handovers.choices import labelled
from distribute.tenancy import own_relais_of
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.status import CLOSINGS, Means

router = page_router("/caisse")

Relais = Annotated[Principal, allow(Role.RELAIS)]
MADE = Table(
    columns=(
        Column("period", "Clôture"),
        Column("amount", "Montant", is_number=True),
        Column("difference", "Différence de caisse", is_number=True),
        Column("total", "Total perpétuel", is_number=True),
    ),
    per_page=50,
)


@router.get("/cloture", name="closings")
async def closings(
    request: Request,
    principal: Relais,
    session: ReadSession,
    relais_id: Annotated[UUID | None, Query(alias="structure")] = None,
) -> Response:
    """What is still to close, and the closings made."""
    return await _closings(request, principal, session, relais_id, Form())


@router.post("/cloture", name="closings")
async def close_day(request: Request, principal: Relais, session: WriteSession) -> Response:
    """The cash was counted: close up to the day."""
    form = await read_form(request, CloseDayForm)
    if form.is_valid:
        async with attempt(request, form):
            made = await service.close_day(session, principal, form.data.asked())
            return redirect(path("closing", sequence=made.sequence) + f"?structure={made.relais_id}")
    return await _closings(request, principal, session, _structure(form), form, 422)


@router.post("/cloture/periode", name="close_period")
async def close_period(request: Request, principal: Relais, session: WriteSession) -> Response:
    """Close a month or a year that is over."""
    form = await read_form(request, ClosePeriodForm)
    if form.is_valid:
        async with attempt(request, form):
            said = form.data
            made = (
                await service.close_month(session, principal, said.relais_id, said.period)
                if len(said.period) > 4
                else await service.close_year(session, principal, said.relais_id, int(said.period))
            )
            flash(request, _("Période clôturée."))
            return redirect(path("closing", sequence=made.sequence) + f"?structure={made.relais_id}")
    return await _closings(request, principal, session, _structure(form), form, 422)


@router.get("/clotures/{sequence}", name="closing")
async def closing(
    request: Request,
    sequence: int,
    principal: Relais,
    session: ReadSession,
    relais_id: Annotated[UUID | None, Query(alias="structure")] = None,
) -> Response:
    """One closing, to print and keep."""
    scope = Scope((service.till_of(principal, relais_id),))
    entry = await TillJournalRepository.from_session(session).get(scope, sequence)
    if entry is None or entry.kind not in CLOSINGS:
        raise ClosingNotFound
    (relais,) = await ClosingsRepository.from_session(session).relais(scope)
    return page(
        request,
        "closings/templates/closing.html",
        principal=principal,
        entry=entry,
        closing=ClosingOut.of(entry),
        relais_name=relais.name,
    )


async def _closings(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    relais_id: UUID | None,
    form: Form[CloseDayForm] | Form[ClosePeriodForm],
    status: int = 200,
) -> Response:
    own = own_relais_of(principal)
    tills = await ClosingsRepository.from_session(session).relais(own)
    chosen = service.till_of(principal, relais_id or tills[0].id)
    view = MADE.read(request)
    found = await TillJournalRepository.from_session(session).listing(Scope((chosen,)), view.part, kinds=CLOSINGS)
    still_open = await service.open_till(session, chosen)
    # Days that were forgotten are closed before today's.
    before = [one.day for one in still_open.days if one.day < today()]
    until = before[-1] if before else today()
    form.values = {"relais_id": str(chosen), **form.values}
    return page(
        request,
        "closings/templates/closings.html",
        principal=principal,
        status=status,
        form=form,
        tills=tills,
        chosen=chosen,
        open=still_open,
        expected=still_open.cash_before_cents
        + sum(one.by_means.get(Means.CASH, 0) for one in still_open.days if one.day <= until),
        until=until,
        made=view.fill([ClosingOut.of(one) for one in found.rows], found),
        reasons=labelled(DifferenceReason),
    )


def _structure(form: Form[CloseDayForm] | Form[ClosePeriodForm]) -> UUID | None:
    return form.data.relais_id if form.model is not None else None
