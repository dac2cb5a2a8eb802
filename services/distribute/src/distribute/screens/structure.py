"""A structure says when it is open, and asks for other publics; the coordination answers."""

from typing import Annotated
from uuid import UUID

from filiere.duties import Duty
from filiere.web import (
    Conflict,
    Form,
    Principal,
    ReadSession,
    Role,
    Unprocessable,
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
    told,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.publics import publics
from distribute.relais import service, structure
from distribute.relais.hours import DAYS, DAYS_FR, typed, week_of
from distribute.relais.schemas import AnswerPublicsIn, AskPublicsForm, HoursForm
from distribute.relais.structure_repository import StructureRepository
from distribute.tenancy import own_relais_of

router = page_router()

Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.get("/ma-structure/{relais_id}/modifier", name="change_own_relais")
async def change(request: Request, relais_id: UUID, principal: Lead, session: ReadSession) -> Response:
    """Both forms."""
    return await _change(request, principal, session, relais_id)


@router.post("/ma-structure/{relais_id}/horaires", name="own_hours")
async def say_hours(request: Request, relais_id: UUID, principal: Lead, session: WriteSession) -> Response:
    """When it is open."""
    form = await read_form(request, HoursForm)
    if form.is_valid:
        await structure.set_hours(session, principal, relais_id, form.data)
        flash(request, gettext("Horaires enregistrés."))
        return redirect(path("own_relais"))
    return await _change(request, principal, session, relais_id, hours=form)


@router.post("/ma-structure/{relais_id}/publics", name="ask_publics")
async def ask_publics(request: Request, relais_id: UUID, principal: Lead, session: WriteSession) -> Response:
    """Ask for other publics."""
    form = await read_form(request, AskPublicsForm, lists=["publics"])
    if form.is_valid:
        async with attempt(request, form):
            await structure.ask_publics(session, principal, relais_id, form.data.asked())
            flash(request, gettext("Demande envoyée. Rien ne change avant la réponse de la coordination."))
            return redirect(path("own_relais"))
    return await _change(request, principal, session, relais_id, asked=form)


@router.post("/relais/{relais_id}/publics/{asked_id}", name="answer_publics")
async def answer(
    request: Request, relais_id: UUID, asked_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Accept or refuse what a structure asks."""
    form = await read_form(request, AnswerPublicsIn)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        await structure.answer_publics(session, principal, relais_id, asked_id, form.data)
        if form.data.accept:
            flash(request, gettext("Publics corrigés. La prochaine attribution en tiendra compte."))
        else:
            flash(request, gettext("Demande refusée. La structure lit pourquoi."))
        return redirect(path("relais", relais_id=relais_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("relais", relais_id=relais_id))


async def _change(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    relais_id: UUID,
    *,
    hours: Form[HoursForm] | None = None,
    asked: Form[AskPublicsForm] | None = None,
) -> Response:
    relais = await service.own(session, principal, relais_id)
    week = week_of(relais.opening_hours)
    last = (await StructureRepository.from_session(session).of_relais(own_relais_of(principal))).get(relais_id)
    waiting = last if last is not None and last.decided_at is None else None
    given: dict[str, str | list[str]] = {"publics": waiting.publics if waiting else relais.publics}
    given |= {"why": waiting.why} if waiting else {}
    return page(
        request,
        "screens/templates/relais/change_own.html",
        principal=principal,
        status=422 if hours is not None or asked is not None else 200,
        relais=relais,
        hours=hours or Form[HoursForm]({day.lower(): typed(week.get(day, "")) for day in DAYS}),
        asked=asked or Form[AskPublicsForm](given),
        waiting=waiting,
        days={day.lower(): DAYS_FR[day] for day in DAYS},
        publics=publics(),
    )
