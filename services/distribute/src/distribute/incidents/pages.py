"""Pages of incidents: not in the parcel, damaged, wrong; and what the coordination makes of it."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Choice,
    Column,
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    Role,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    ngettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web.downloads import as_picture, files_of
from filiere.web.request_limits import UPLOAD, body_limit
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from distribute.incidents import pictures, service
from distribute.incidents.errors import (
    AlreadySettled,
    NotAPicture,
    NotInShipment,
    OutcomeDoesNotFit,
    PictureAway,
    PictureDamaged,
    PictureTooLarge,
)
from distribute.incidents.repository import IncidentsRepository
from distribute.incidents.schemas import Decision, ReportIn, SettleIn, SwapIn
from distribute.incidents.status import IncidentKind, Outcome
from distribute.shipments import service as shipments
from distribute.tenancy import relais_of, workshops_of

router = page_router()

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Receiver = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
EitherSide = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
DECISIONS = {
    Decision.ON_ITS_WAY: "Retrouvé, il arrive",
    Decision.LOST: "Perdu pour de bon",
    Decision.FOUND: "Retrouvé, il revient à l'atelier",
}
MADE = {
    Outcome.KEPT: "C'est noté. Vous gardez l'appareil : il est prêt à distribuer.",
    Outcome.REPLACED: "C'est noté. Mettez l'appareil de côté, il repart à l'atelier. Un autre vous est promis.",
    Outcome.SHORT: "C'est noté. Mettez l'appareil de côté, il repart à l'atelier. Un autre est cherché pour vous.",
}
INCIDENTS = Table(
    columns=(
        Column("device", "Équipement"),
        Column("kind", "Signalement"),
        Column("route", "Trajet"),
        Column("said_at", "Signalé le"),
        Column("outcome", "Suite"),
    ),
    filters=(
        Choice("suite", "Suite", {"ouvert": "À régler", "regle": "Réglé"}),
        Choice("type", "Signalement", {kind.value: kind.label_fr for kind in IncidentKind}),
    ),
)


@router.get("/signalements", name="incidents")
async def listing(request: Request, principal: EitherSide, session: ReadSession) -> Response:
    """What was missing, damaged or wrong: of a Relais, of a workshop's devices, or all."""
    view = INCIDENTS.read(request)
    found = await IncidentsRepository.from_session(session).listing(
        relais_of(principal),
        workshops_of(principal),
        is_open={"ouvert": True, "regle": False}.get(view["suite"]),
        kind=view["type"],
        part=view.part,
    )
    return page(
        request,
        "incidents/templates/listing.html",
        principal=principal,
        view=view.fill(found.rows, found),
        decisions=DECISIONS,
    )


@router.post("/signalements/{incident_id}/regler", name="settle_incident")
async def settle(request: Request, incident_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """What became of it."""
    form = await read_form(request, SettleIn)
    if form.is_valid:
        async with attempt(request, form, AlreadySettled, OutcomeDoesNotFit):
            settled = await service.settle(session, principal, incident_id, form.data.outcome)
            said = gettext("%(label)s : %(what)s.") % {
                "label": settled.label,
                "what": gettext(DECISIONS[form.data.outcome]).lower(),
            }
            flash(request, said)
            return redirect(path("incidents"))
    flash(request, form.first_error, "stop")
    return redirect(path("incidents"))


@router.get("/signalements/{incident_id}/photo", name="incident_photo")
async def photo(request: Request, incident_id: UUID, principal: EitherSide, session: ReadSession) -> Response:
    """The picture itself."""
    picture, pieces = await pictures.read(session, await files_of(request), principal, incident_id)
    return as_picture(picture.media_type, picture.size, pieces)


@router.post("/envois/{shipment_id}/manquants", name="say_missing")
async def missing(request: Request, shipment_id: UUID, principal: EitherSide, session: WriteSession) -> Response:
    """One tap: this one, or all that is still expected, was not in the parcel."""
    form = await request.form()
    typed = [value for value in form.getlist("label") if isinstance(value, str) and value.strip()]
    count = await service.say_missing(session, principal, shipment_id, typed)
    said = ngettext(
        "%(num)s équipement signalé : la coordination cherche où il est.",
        "%(num)s équipements signalés : la coordination cherche où ils sont.",
        count,
    )
    flash(request, said % {"num": count} if count else gettext("C'était déjà signalé."), "wait")
    is_receiving = form.get("retour") == "reception" and principal.has(Role.RELAIS)
    return redirect(path("reception") if is_receiving else path("shipment", shipment_id=shipment_id))


@router.post("/envois/{shipment_id}/equipements/{device_id}/sortir", name="swap_device")
async def swap(
    request: Request,
    shipment_id: UUID,
    device_id: UUID,
    principal: Annotated[Principal, allow(Role.COORDINATOR, Role.WORKSHOP)],
    session: WriteSession,
) -> Response:
    """One device out, another one in."""
    form = await read_form(request, SwapIn)
    if not form.is_valid:
        flash(request, gettext("Dites pourquoi il sort du colis."), "stop")
        return redirect(path("shipment", shipment_id=shipment_id))
    done = await service.swap(session, principal, shipment_id, device_id, form.data.reason)
    said = (
        gettext("%(label)s est sorti du colis. Prenez %(other)s à la place.")
        if done.replacement_label
        else gettext("%(label)s est sorti du colis. Aucun autre n'est libre : la prochaine attribution en cherche un.")
    )
    flash(request, said % {"label": done.label, "other": done.replacement_label or ""}, "wait")
    # Without its last device the parcel is given up, and the other one may come from another workshop.
    return redirect(path("shipment", shipment_id=shipment_id))


@router.get("/envois/{shipment_id}/equipements/{device_id}/signaler", name="report_device")
async def report_page(
    request: Request, shipment_id: UUID, device_id: UUID, principal: Receiver, session: ReadSession
) -> Response:
    """Ask what is wrong."""
    return await _ask(request, shipment_id, device_id, principal, session, Form())


@router.post(
    "/envois/{shipment_id}/equipements/{device_id}/signaler",
    name="report_device",
    openapi_extra=body_limit(UPLOAD),
)
async def report(
    request: Request, shipment_id: UUID, device_id: UUID, principal: Receiver, database: OwnSessions
) -> Response:
    """Damaged or wrong, with a photo where one was taken."""
    given = (await request.form()).get("photo")
    form = await read_form(request, ReportIn)
    if form.is_valid:
        async with attempt(request, form, NotAPicture, PictureDamaged, PictureTooLarge, PictureAway):
            async with database.read() as session:
                await shipments.get(session, principal, shipment_id)
            file_hash = None
            if isinstance(given, UploadFile) and given.filename:
                file_hash = await pictures.take_in(database, await files_of(request), given)
            async with database.unit_of_work() as session:
                made = await service.report(session, principal, shipment_id, device_id, form.data, file_hash)
            assert made.outcome is not None  # such an incident is settled as it is made
            flash(request, gettext(MADE[made.outcome]), "ok" if made.outcome is Outcome.KEPT else "wait")
            to_reception = principal.has(Role.RELAIS)
            return redirect(path("reception") if to_reception else path("shipment", shipment_id=shipment_id))
    async with database.read() as session:
        return await _ask(request, shipment_id, device_id, principal, session, form)


async def _ask(
    request: Request,
    shipment_id: UUID,
    device_id: UUID,
    principal: Principal,
    session: ReadSession,
    form: Form[ReportIn],
) -> Response:
    shipment = await shipments.get(session, principal, shipment_id)
    device = next((item for item in shipment.items if item.device_id == device_id), None)
    if device is None:
        raise NotInShipment
    return page(
        request,
        "incidents/templates/report.html",
        principal=principal,
        status=422 if form.errors else 200,
        shipment=shipment,
        device=device,
        form=form,
    )
