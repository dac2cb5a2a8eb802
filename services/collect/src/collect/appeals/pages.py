"""Pages of appeals, the coordination's alone: choose whom, read the letter, send it once, see what came of it."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.calendar import today
from filiere.catalogue import Category
from filiere.identifiers import uuid7
from filiere.mail.composing import said
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    WriteSession,
    allow,
    attempt,
    own_settings,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state
from filiere.web.bounded_types import FROM_A_FORM
from filiere.web.validation import field_errors
from pydantic import ValidationError

from collect.appeals import service
from collect.appeals.errors import NobodyToWrite
from collect.appeals.repository import AppealRepository
from collect.appeals.schemas import GAVE_MONTHS, QUIET_MONTHS, SendAppeal, Whom, Written, regions
from collect.news.kinds import WANTED_OF_DONORS
from collect.settings import CollectSettings

router = page_router("/besoins/appels")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
OwnSettings = Annotated[CollectSettings, own_settings(CollectSettings)]
FIELDS = ("category", "region", "gave_months", "quiet_months")
HEADER = ("Donateur", "Écrit le", "Don déclaré depuis", "Déclaré le", "Équipements")


@router.get("", name="appeals")
async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    appeals = await AppealRepository.from_session(session).newest(service.SHOWN)
    return page(request, "appeals/templates/appeals.html", principal=principal, appeals=appeals, regions=regions())


@router.get("/nouveau", name="new_appeal")
async def new(request: Request, principal: Coordinator, session: ReadSession, settings: OwnSettings) -> Response:
    """Whom it would reach and what it would say, as the address asks."""
    given = {name: request.query_params.get(name, "").strip()[:20] for name in FIELDS}
    defaults = {"gave_months": str(GAVE_MONTHS), "quiet_months": str(QUIET_MONTHS)}
    return await _show(request, session, principal, settings, defaults | {k: v for k, v in given.items() if v})


@router.post("", name="appeals")
async def send(request: Request, principal: Coordinator, session: WriteSession, settings: OwnSettings) -> Response:
    form = await read_form(request, SendAppeal)
    if form.is_valid:
        async with attempt(request, form, NobodyToWrite):
            await service.send(session, form.data, settings.appeal_every, principal)
            return redirect(path("appeal", appeal_id=form.data.appeal_id))
    values = {name: str(form.values.get(name, "")) for name in FIELDS}
    return await _show(request, session, principal, settings, values, 422, form.errors)


@router.get("/{appeal_id}", name="appeal")
async def appeal_page(request: Request, appeal_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """How far the writing is, whom it was written to, and what they have declared since."""
    return page(
        request,
        "appeals/templates/appeal.html",
        principal=principal,
        appeal=await service.get(session, appeal_id),
        job=await service.at_work(session, appeal_id),
        written=await AppealRepository.from_session(session).written(appeal_id, service.SHOWN),
        regions=regions(),
    )


@router.post("/{appeal_id}/reprendre", name="resume_appeal")
async def resume(appeal_id: UUID, principal: Coordinator, session: WriteSession, settings: OwnSettings) -> Response:
    """What stopped half way goes on with those who were not written to yet."""
    await service.resume(session, appeal_id, settings.appeal_every)
    return redirect(path("appeal", appeal_id=appeal_id))


@router.get("/{appeal_id}/donateurs.csv", name="appeal_csv")
async def export(appeal_id: UUID, principal: Coordinator, session: StreamSession) -> Response:
    """Everybody it was written to, as a spreadsheet."""
    await service.get(session, appeal_id)
    return sheet_response(
        "appel.csv", HEADER, _rows(AppealRepository.from_session(session).each_written(appeal_id)), spoken=True
    )


async def _rows(found: AsyncIterator[Written]) -> AsyncIterator[tuple[object, ...]]:
    async for one in found:
        yield one.donor, one.written_at, one.reference, one.declared_at, one.devices


async def _show(
    request: Request,
    session: ReadSession,
    principal: Principal,
    settings: CollectSettings,
    values: dict[str, str],
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    form, letter, audience, waited_for = Form[Whom](values, errors), None, None, True
    whom = None
    if values.get("category"):
        try:
            whom = Whom.model_validate({k: v for k, v in values.items() if v}, context=FROM_A_FORM)
        except ValidationError as error:
            form.errors |= {one.field: one.message_fr for one in field_errors(error.errors())}
    if whom is not None:
        audience = await service.audience(session, whom, settings.appeal_every)
        count = await service.wanted(session, whom)
        waited_for = count is not None or await service.is_waited_for(session, whom.category)
        root = app_state(request).service.root
        letter = said(root, WANTED_OF_DONORS, service.letter(whom, count, today()))
    return page(
        request,
        "appeals/templates/new_appeal.html",
        principal=principal,
        status=status,
        form=form,
        audience=audience,
        letter=letter,
        waited_for=waited_for,
        button=WANTED_OF_DONORS.button,
        appeal_id=uuid7(),
        categories={one.value: _(one.plural_fr).capitalize() for one in Category},
        regions=regions(),
        every_months=round(settings.appeal_every.days / 30.4),
    )
