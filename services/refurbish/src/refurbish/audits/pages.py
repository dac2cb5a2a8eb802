"""The page of the machine inventories."""

from typing import Annotated
from uuid import UUID

from filiere.inventories.reading import MAX_BYTES
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
    redirect,
)
from filiere.web.app_state import app_state
from filiere.web.request_limits import USUAL_BODY, body_limit
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from refurbish.audits import service
from refurbish.audits.repository import AuditRepository
from refurbish.devices import service as devices
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


class AuditForm(BaseModel):
    """A file."""


@router.get("/{device_id}/inventaires", name="device_audits")
async def audits_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Send a file; see those that were sent."""
    device = await devices.find(session, principal, device_id)
    found = await AuditRepository.from_session(session).of_device(device.id)
    form: Form[AuditForm] = Form()
    return page(request, "audits/templates/audits.html", principal=principal, device=device, audits=found, form=form)


@router.post("/{device_id}/inventaires", name="device_audits", openapi_extra=body_limit(MAX_BYTES + USUAL_BODY))
async def take_in(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Keep the facts of a file."""
    device = await service.may_take_in(app_state(request).database, principal, device_id)
    upload = (await request.form()).get("file")
    form: Form[AuditForm] = Form()
    if not isinstance(upload, UploadFile) or not upload.filename:
        form.errors["file"] = gettext("Choisis le fichier de l'audit.")
    else:
        async with attempt(request, form, field="file"):
            raw = await upload.read(MAX_BYTES + 1)
            _, _, found = await service.take_in(session, principal, device_id, raw)
            flash(request, gettext("L'audit est lu."))
            for sentence in found.sentences:
                flash(request, sentence, "wait")
            return redirect(path("device", device_id=device_id))
    kept = await AuditRepository.from_session(session).of_device(device.id)
    return page(
        request,
        "audits/templates/audits.html",
        principal=principal,
        device=device,
        audits=kept,
        form=form,
        status=422,
    )
