"""Pages of applications, for the coordination: the list, and one with its answer."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Choice,
    Column,
    Conflict,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    Unprocessable,
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
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from distribute.applications import answering, service
from distribute.applications.errors import ChangedMeanwhile
from distribute.applications.repository import ApplicationsRepository
from distribute.applications.schemas import ApplicationOut, RefuseIn, SeenForm
from distribute.applications.shown import summary
from distribute.applications.status import ApplicationStatus
from distribute.tenancy import relais_of

router = page_router("/candidatures")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
APPLICATIONS = Table(
    columns=(
        Column("name", "Structure"),
        Column("city", "Commune"),
        Column("locality", "Type de commune"),
        Column("people", "Personnes suivies", is_number=True),
        Column("sent", "Envoyée le"),
        Column("status", "Statut"),
    ),
    filters=(
        Search("q", "Chercher", "Nom, commune, code postal, SIRET, RNA"),
        Choice(
            "statut",
            "Statut",
            {"waiting": "À répondre", **{one.value: one.label_fr for one in ApplicationStatus}},
            "Toutes celles qui comptent",
        ),
    ),
)


@router.get("", name="applications")
async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """Who asks to be a Relais."""
    view = APPLICATIONS.read(request)
    found = await ApplicationsRepository.from_session(session).listing(
        relais_of(principal), q=view.q, status=view["statut"], part=view.part
    )
    return page(request, "applications/templates/listing.html", principal=principal, view=view.fill(found.rows, found))


@router.get("/{application_id}", name="application")
async def one(request: Request, application_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """One application, and its answer."""
    return _one(request, principal, await service.get(session, application_id), Form())


@router.post("/{application_id}/etudier", name="take_up_application")
async def take_up(request: Request, application_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Read it: its applicant corrects nothing any more."""
    form = Form[BaseModel]()
    async with attempt(request, form, Conflict):
        await answering.take_up(session, principal, application_id)
        flash(request, _("Candidature à l'étude."))
        return redirect(path("application", application_id=application_id))
    return _one(request, principal, await service.get(session, application_id), form, 409)


@router.post("/{application_id}/accepter", name="accept_application")
async def accept(request: Request, application_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Make the Relais."""
    form = await read_form(request, SeenForm)
    async with attempt(request, form, Conflict, Unprocessable):
        if not form.is_valid:
            raise ChangedMeanwhile
        of_service = app_state(request).service
        accepted = await answering.accept(session, of_service, principal, application_id, form.data.seen)
        flash(request, _("%(name)s est enregistré. Sa responsable ou son responsable reçoit une invitation.") % {
            "name": accepted.name
        })  # fmt: skip
        return redirect(path("relais", relais_id=accepted.relais_id))
    return _one(request, principal, await service.get(session, application_id), form, 409)


@router.post("/{application_id}/refuser", name="refuse_application")
async def refuse(request: Request, application_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Say no, and why."""
    form = await read_form(request, RefuseIn)
    if form.is_valid:
        async with attempt(request, form, Conflict):
            await answering.refuse(session, principal, application_id, form.data)
            flash(request, _("Candidature refusée. La personne qui candidate lit votre raison."))
            return redirect(path("application", application_id=application_id))
    return _one(request, principal, await service.get(session, application_id), form, 422)


def _one(
    request: Request,
    principal: Principal,
    application: ApplicationOut,
    form: Form[BaseModel] | Form[RefuseIn] | Form[SeenForm],
    status: int = 200,
) -> Response:
    return page(
        request,
        "applications/templates/one.html",
        principal=principal,
        status=status,
        application=application,
        summary=summary(application),
        proposed=application.proposed,
        form=form,
    )
