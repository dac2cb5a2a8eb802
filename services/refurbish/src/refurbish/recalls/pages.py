"""The page that asks why a ready device comes back, and says what that undoes."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Form,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from refurbish.audits.service import unknown_disks
from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.schemas import Recall
from refurbish.recalls import service
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


@router.get("/{device_id}/reprendre", name="recall_device")
async def recall_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Ask why."""
    return _ask_why(request, principal, await devices.find(session, principal, device_id), Form())


@router.post("/{device_id}/reprendre", name="recall_device")
async def recall(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Back to the bench."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, Recall)
    if form.is_valid:
        async with attempt(request, form):
            back = await service.recall(session, principal, device_id, form.data.reason, form.data.promised_to)
            said = (
                gettext("{label} est de retour à l'établi.")
                if back.recall_asked_at is None
                else gettext("Demandé : {label} reviendra à l'établi dès que la commande l'aura lâché.")
            )
            flash(request, said.format(label=device.label), "wait")
            return redirect(path("device", device_id=device_id))
    return _ask_why(request, principal, device, form, status=422)


@router.get("/{device_id}/encore-la", name="device_still_here")
async def still_here_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Say what it undoes."""
    device = await devices.find(session, principal, device_id)
    disks = await unknown_disks(session, device)
    return page(request, "recalls/templates/still_here.html", principal=principal, device=device, disks=disks)


@router.post("/{device_id}/encore-la", name="device_still_here")
async def still_here(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It never left."""
    device = await service.still_here(session, principal, device_id)
    if device.has_been_away:
        said = gettext("C'est noté : {label} est de nouveau à l'atelier.")
    elif device.was_used or await unknown_disks(session, device):
        said = gettext("Demandé : {label} retourne à l'établi si personne ne l'a reçu.")
    else:
        said = gettext("Demandé : {label} redevient prêt si personne ne l'a reçu.")
    flash(request, said.format(label=device.label), "wait")
    return redirect(path("device", device_id=device_id))


@router.get("/{device_id}/rouvrir", name="reopen_device")
async def reopen_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Say what it undoes."""
    device = await devices.find(session, principal, device_id)
    return page(request, "recalls/templates/reopen.html", principal=principal, device=device)


@router.post("/{device_id}/rouvrir", name="reopen_device")
async def reopen(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """At work again."""
    device = await service.reopen(session, principal, device_id)
    flash(request, gettext("{label} est de retour à l'établi.").format(label=device.label), "wait")
    return redirect(path("device", device_id=device_id))


def _ask_why(
    request: Request, principal: Principal, device: Device, form: Form[Recall], *, status: int = 200
) -> Response:
    return page(
        request, "recalls/templates/recall.html", principal=principal, device=device, form=form,
        reasons=list(RecallReason), status=status,
    )  # fmt: skip
