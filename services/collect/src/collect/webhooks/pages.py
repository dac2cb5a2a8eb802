"""Pages of webhooks: the addresses that a donor has told, and what each was told. For the donor's own people alone."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
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
    own_settings,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
    told,
)
from filiere.web import gettext as _

from collect.donors import service as donors
from collect.settings import CollectSettings
from collect.tenancy import donors_of
from collect.webhooks import service
from collect.webhooks.errors import EndpointExists, EndpointPaused, NotEncrypted, NotOutside, TooManyEndpoints
from collect.webhooks.kinds import LABELS, TEST, WebhookKind
from collect.webhooks.repository import WebhookRepository
from collect.webhooks.schemas import DeliveryOut, EndpointIn

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR)]
OwnSettings = Annotated[CollectSettings, own_settings(CollectSettings)]

STATES = {"waiting": "En attente", "delivered": "Reçu", "given_up": "Abandonné"}
CHIPS = {"waiting": "wait", "delivered": "ok", "given_up": "stop"}
WHY = {
    "private-address": "adresse d'un réseau privé",
    "unknown-host": "nom inconnu",
    "no-connection": "pas de connexion",
    "broken-connection": "connexion coupée",
    "timeout": "pas de réponse à temps",
    "address": "adresse illisible",
}
PAUSED = {
    "donor": "Vous avez mis les envois en pause.",
    "gone": "L'adresse a répondu qu'elle n'existe plus (410) : les envois sont en pause.",
    "failing": "L'adresse n'a rien pris pendant plus d'un jour : les envois sont en pause.",
}
DELIVERIES = Table(
    columns=(
        Column("created_at", "Écrit"),
        Column("kind", "Message", sheet=("Message", "Contenu")),
        Column("state", "État", sheet=("État", "Réponse", "Envois", "Fini")),
        Column("actions", "Agir", sheet=("",)),
    ),
    filters=(Choice("etat", "État", STATES),),
    always=("Écrit", "Message"),
)
HEADER = ("Écrit", "Message", "Contenu", "État", "Réponse", "Envois", "Fini")
WORDS = {**{kind.value: label for kind, label in LABELS.items()}, TEST: "Essai"}


@router.get("/donateurs/{donor_id}/webhooks", name="webhooks")
async def listing(request: Request, donor_id: UUID, principal: Donor, session: ReadSession) -> Response:
    form = Form[EndpointIn]({"kinds": [kind.value for kind in WebhookKind]})
    return await _listing(request, session, principal, donor_id, form)


@router.post("/donateurs/{donor_id}/webhooks", name="webhooks")
async def add(
    request: Request, donor_id: UUID, principal: Donor, settings: OwnSettings, session: WriteSession
) -> Response:
    form = await read_form(request, EndpointIn, lists=("kinds",))
    donor = await donors.get(session, donor_id, principal)
    if form.is_valid:
        async with attempt(request, form, EndpointExists, NotEncrypted, NotOutside, TooManyEndpoints):
            made = await service.add(session, donor.id, form.data, principal, plain=settings.webhook_private)
            flash(request, _("L'adresse est ajoutée. Essayez-la."))
            return redirect(path("webhook", endpoint_id=made.id))
    return await _listing(request, session, principal, donor_id, form, status=422)


@router.get("/webhooks/{endpoint_id}", name="webhook")
async def shown(request: Request, endpoint_id: UUID, principal: Donor, session: ReadSession) -> Response:
    endpoint = await service.get(session, endpoint_id, principal)
    view = DELIVERIES.read(request)
    found = await WebhookRepository.from_session(session).log(
        donors_of(principal), endpoint.id, view["etat"], view.part
    )
    return page(
        request,
        "webhooks/templates/webhook.html",
        principal=principal,
        endpoint=endpoint,
        view=view.fill(found.rows, found),
        words=WORDS,
        states=STATES,
        chips=CHIPS,
        why=WHY,
        paused=PAUSED,
    )


@router.get("/webhooks/{endpoint_id}/messages.csv", name="webhook_csv")
async def export(request: Request, endpoint_id: UUID, principal: Donor, session: StreamSession) -> Response:
    """What an address was told as a spreadsheet, under the page's filter."""
    endpoint = await service.get(session, endpoint_id, principal)
    view = DELIVERIES.read(request)
    found = WebhookRepository.from_session(session).each(donors_of(principal), endpoint.id, view["etat"])
    return sheet_response("webhook-messages.csv", HEADER, _rows(found), view, spoken=True)


async def _rows(deliveries: AsyncIterator[DeliveryOut]) -> AsyncIterator[tuple[object, ...]]:
    async for one in deliveries:
        kind = told(WORDS[one.kind]) if one.kind in WORDS else one.kind
        answer = told(WHY[one.answer]) if one.answer in WHY else one.answer
        yield (one.created_at, kind, one.payload, told(STATES[one.state]), answer, one.attempts, one.ended_at)


@router.post("/webhooks/{endpoint_id}/essayer", name="webhook_test")
async def try_out(request: Request, endpoint_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = Form[EndpointIn]()
    async with attempt(request, form, EndpointPaused):
        await service.try_out(session, endpoint_id, principal)
        flash(request, _("L'essai est parti. Rechargez la page dans un instant pour lire la réponse."))
    for sentence in form.errors.values():
        flash(request, sentence, "stop")
    return redirect(path("webhook", endpoint_id=endpoint_id))


@router.post("/webhooks/{endpoint_id}/secret", name="webhook_secret")
async def renew(request: Request, endpoint_id: UUID, principal: Donor, session: WriteSession) -> Response:
    await service.renew(session, endpoint_id, principal)
    flash(request, _("Le secret est changé : donnez le nouveau à votre outil."))
    return redirect(path("webhook", endpoint_id=endpoint_id))


@router.post("/webhooks/{endpoint_id}/pause", name="webhook_pause")
async def pause(request: Request, endpoint_id: UUID, principal: Donor, session: WriteSession) -> Response:
    await service.pause(session, endpoint_id, principal)
    flash(request, _("Les envois sont en pause."))
    return redirect(path("webhook", endpoint_id=endpoint_id))


@router.post("/webhooks/{endpoint_id}/reprendre", name="webhook_resume")
async def resume(request: Request, endpoint_id: UUID, principal: Donor, session: WriteSession) -> Response:
    await service.resume(session, endpoint_id, principal)
    flash(request, _("Les envois reprennent."))
    return redirect(path("webhook", endpoint_id=endpoint_id))


@router.post("/webhooks/{endpoint_id}/supprimer", name="webhook_remove")
async def remove(request: Request, endpoint_id: UUID, principal: Donor, session: WriteSession) -> Response:
    gone = await service.remove(session, endpoint_id, principal)
    flash(request, _("L'adresse est supprimée."))
    return redirect(path("webhooks", donor_id=gone.donor_id))


@router.post("/webhooks/{endpoint_id}/messages/{delivery_id}/renvoyer", name="webhook_again")
async def again(
    request: Request, endpoint_id: UUID, delivery_id: UUID, principal: Donor, session: WriteSession
) -> Response:
    await service.again(session, delivery_id, principal)
    flash(request, _("Le message part à nouveau."))
    return redirect(path("webhook", endpoint_id=endpoint_id))


async def _listing(
    request: Request,
    session: ReadSession,
    principal: Principal,
    donor_id: UUID,
    form: Form[EndpointIn],
    status: int = 200,
) -> Response:
    donor = await donors.get(session, donor_id, principal)
    endpoints = await WebhookRepository.from_session(session).of_donor(donors_of(principal), donor.id)
    return page(
        request,
        "webhooks/templates/webhooks.html",
        principal=principal,
        status=status,
        donor=donor,
        endpoints=endpoints,
        form=form,
        labels=LABELS,
        paused=PAUSED,
        can_add=len(endpoints) < service.MOST,
    )
