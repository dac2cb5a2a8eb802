"""Pages of recalls: look, begin, follow, bring back, end."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Form,
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
from starlette.requests import Request
from starlette.responses import Response

from distribute.after_sale.errors import AlreadyBroughtBack
from distribute.recalls import service
from distribute.recalls.errors import (
    AlreadyRecalled,
    EndsAtItsWorkshop,
    ModelUnknown,
    NoSuchDevice,
    NotToBringBack,
    RecallEnded,
)
from distribute.recalls.repository import RecallsRepository
from distribute.recalls.schemas import PreviewOut, RecallIn, TargetIn
from distribute.recalls.status import BY_HAND, Place, RecallReason
from distribute.tenancy import own_relais_of, relais_of, workshops_of

router = page_router("/rappels")

Coordination = Annotated[Principal, allow(Role.COORDINATOR)]
Relais = Annotated[Principal, allow(Role.RELAIS)]
EitherSide = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]


@router.get("", name="recalls")
async def listing(request: Request, principal: EitherSide, session: ReadSession) -> Response:
    """Recalls that concern the caller."""
    return await _listing(request, principal, session, Form())


@router.post("/apercu", name="preview_recall")
async def preview(request: Request, principal: Coordination, session: ReadSession) -> Response:
    """Which devices would be concerned, before anybody is written to."""
    form = await read_form(request, TargetIn)
    if form.is_valid:
        async with attempt(request, form, NoSuchDevice, ModelUnknown):
            return _preview(request, principal, form, await service.preview(session, form.data))
    return await _listing(request, principal, session, form)


@router.post("", name="recalls")
async def start(request: Request, principal: Coordination, session: WriteSession) -> Response:
    """The recall begins."""
    form = await read_form(request, RecallIn)
    if form.is_valid:
        async with attempt(request, form, NoSuchDevice, ModelUnknown, AlreadyRecalled):
            made = await service.start(session, principal, form.data)
            flash(request, _("Le rappel est lancé. Les Relais et les ateliers concernés sont prévenus."))
            return redirect(path("recall", recall_id=made.id))
    return await _listing(request, principal, session, form)


@router.get("/{recall_id}", name="recall")
async def one(request: Request, recall_id: UUID, principal: EitherSide, session: ReadSession) -> Response:
    """How far it is, and for a Relais what it has to bring back."""
    recall = await service.get(session, principal, recall_id)
    devices = await service.items(session, principal, recall_id)
    return page(
        request,
        "recalls/templates/recall.html",
        principal=principal,
        recall=recall,
        devices=devices,
        own=own_relais_of(principal),
        relais=await service.by_relais(session, principal, recall_id) if principal.has(Role.COORDINATOR) else [],
        Place=Place,
    )


@router.post("/{recall_id}/terminer", name="end_recall")
async def end(request: Request, recall_id: UUID, principal: Coordination, session: WriteSession) -> Response:
    """It is over."""
    async with attempt(request, None, RecallEnded, EndsAtItsWorkshop) as tried:
        await service.end(session, principal, recall_id)
        flash(request, _("Le rappel est terminé. Ce qui était retenu est de nouveau libre."))
        return redirect(path("recall", recall_id=recall_id))
    flash(request, _(tried.refusal.title), "info")
    return redirect(path("recall", recall_id=recall_id))


@router.post("/{recall_id}/equipements/{device_id}/rapporter", name="bring_recalled_back")
async def bring_back(
    request: Request, recall_id: UUID, device_id: UUID, principal: Relais, session: WriteSession
) -> Response:
    """One tap: the case where a person had it, the way back where it lay in stock."""
    async with attempt(request, None, RecallEnded, NotToBringBack, AlreadyBroughtBack) as tried:
        done = await service.bring_back(session, principal, recall_id, device_id)
        if done.case_id is not None:
            flash(request, _("Le dossier est ouvert. Renvoyez l'équipement à son atelier."))
            return redirect(path("after_sale_case", case_id=done.case_id))
        flash(request, _("C'est noté. Renvoyez l'équipement à son atelier : il l'attend."))
        return redirect(path("recall", recall_id=recall_id))
    flash(request, _(tried.refusal.title), "info")
    return redirect(path("recall", recall_id=recall_id))


async def _listing(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[TargetIn] | Form[RecallIn],
) -> Response:
    found = await RecallsRepository.from_session(session).listing(relais_of(principal), workshops_of(principal))
    return page(
        request,
        "recalls/templates/recalls.html",
        principal=principal,
        status=422 if form.errors else 200,
        recalls=found,
        form=form,
        whats={one.value: _(one.label_fr) for one in BY_HAND},
    )


def _preview(request: Request, principal: Principal, form: Form[TargetIn], found: PreviewOut) -> Response:
    return page(
        request,
        "recalls/templates/preview.html",
        principal=principal,
        form=Form(),
        found=found,
        said=form.data,
        reasons={one.value: _(one.label_fr) for one in RecallReason},
    )
