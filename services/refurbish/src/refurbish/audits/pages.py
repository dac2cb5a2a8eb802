"""The pages of the machine inventories: drop a file, answer a question, take an audit back, fetch its copy."""

from typing import Annotated
from uuid import UUID

from filiere.files import FileMissing
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
    read_form,
    redirect,
)
from filiere.web.app_state import app_state
from filiere.web.downloads import as_download, files_of
from filiere.web.request_limits import USUAL_BODY, body_limit
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from refurbish.audits import service
from refurbish.audits.audit import TOOLS, Audit, Status, WithdrawnFor
from refurbish.audits.errors import AuditNotFound, AuditsAway
from refurbish.audits.questions import question_of, said_of
from refurbish.audits.repository import AuditRepository
from refurbish.audits.schemas import Answer, Withdrawal
from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


@router.get("/{device_id}/inventaires", name="device_audits")
async def audits_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Send a file; answer what is asked; see those that were sent."""
    device = await devices.find(session, principal, device_id)
    return await _page(request, principal, session, device, Form())


@router.post("/{device_id}/inventaires", name="device_audits", openapi_extra=body_limit(MAX_BYTES + USUAL_BODY))
async def take_in(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Read a file, keep its facts and its copy."""
    database = app_state(request).database
    device = await service.may_take_in(database, principal, device_id)
    upload = (await request.form()).get("file")
    form = Form[BaseModel]()
    if not isinstance(upload, UploadFile) or not upload.filename:
        form.errors["file"] = gettext("Choisis le fichier de l'audit.")
    else:
        async with attempt(request, form, field="file"):
            read = await service.read(await upload.read(MAX_BYTES + 1))
            read = await service.kept(database, await files_of(request), read)
            taken = await service.take_in(session, principal, device_id, read)
            if taken.is_asked:
                flash(request, question_of(taken.device, taken.audit, taken.candidate), "wait")
                return redirect(path("device_audits", device_id=device_id))
            _tell(request, taken)
            return redirect(path("device", device_id=device_id))
    return await _page(request, principal, session, device, form, status=422)


@router.post("/{device_id}/inventaires/{audit_id}/repondre", name="answer_audit")
async def answer(
    request: Request,
    device_id: UUID,
    audit_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    session: WriteSession,
) -> Response:
    """Say whose an audit is."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, Answer)
    if form.is_valid:
        async with attempt(request, form, field="label"):
            taken = await service.answer(session, principal, device_id, audit_id, form.data)
            if taken.audit.status is Status.WITHDRAWN:
                flash(request, gettext("L'audit est laissé de côté."), "wait")
            elif taken.device.id != device_id:
                flash(request, gettext("L'audit est donné à {label}.").format(label=taken.device.label))
                for sentence in taken.difference.sentences:
                    flash(request, f"{taken.device.label} : {sentence}", "wait")
            else:
                _tell(request, taken)
            return redirect(path("device", device_id=device_id))
    return await _page(request, principal, session, device, form, status=422)


@router.get("/{device_id}/inventaires/{audit_id}/retirer", name="withdraw_audit")
async def withdraw_page(
    request: Request,
    device_id: UUID,
    audit_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    session: ReadSession,
) -> Response:
    """Ask why, and say what it undoes."""
    device = await devices.find(session, principal, device_id)
    return await _ask_why(request, principal, session, device, audit_id, Form())


@router.post("/{device_id}/inventaires/{audit_id}/retirer", name="withdraw_audit")
async def withdraw(
    request: Request,
    device_id: UUID,
    audit_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    session: WriteSession,
) -> Response:
    """Take an audit back."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, Withdrawal)
    if form.is_valid:
        async with attempt(request, form):
            await service.withdraw(session, principal, device_id, audit_id, form.data.reason)
            flash(request, gettext("L'audit est repris : ce que les autres disaient compte de nouveau."), "wait")
            return redirect(path("device_audits", device_id=device_id))
    return await _ask_why(request, principal, session, device, audit_id, form, status=422)


@router.get("/{device_id}/inventaires/{audit_id}/copie", name="audit_copy")
async def copy(
    request: Request,
    device_id: UUID,
    audit_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    session: ReadSession,
) -> Response:
    """What is kept of the file."""
    device = await devices.find(session, principal, device_id)
    audit = await service.copy_of_audit(session, principal, device_id, audit_id)
    assert audit.file_hash is not None
    try:
        pieces = await (await files_of(request)).read(audit.file_hash)
    except (FileMissing, OSError) as error:
        raise AuditsAway from error
    name = f"{device.label}-{audit.facts.source}-{audit.audited_at:%Y-%m-%d}.txt"
    return as_download(name, "application/octet-stream", pieces)


def _tell(request: Request, taken: service.Taken) -> None:
    """What was read, and what does not agree."""
    flash(request, gettext("L'audit est lu : {what}.").format(what=said_of(taken.audit.facts)))
    for sentence in taken.difference.sentences:
        flash(request, sentence, "wait")


async def _page(
    request: Request,
    principal: Principal,
    session: ReadSession,
    device: Device,
    form: Form[BaseModel] | Form[Answer],
    *,
    status: int = 200,
) -> Response:
    audits = await AuditRepository.from_session(session).of_device(device.id)
    asked = [audit for audit in audits if audit.status is Status.ASKED]
    owners = {audit.id: await service.owner_of(session, principal, device, audit) for audit in asked}
    return page(
        request,
        "audits/templates/audits.html",
        principal=principal,
        device=device,
        audits=[audit for audit in audits if audit.status is not Status.ASKED],
        asked=[(audit, owners[audit.id], question_of(device, audit, owners[audit.id])) for audit in asked],
        said=said_of,
        tools=TOOLS,
        form=form,
        most=MAX_BYTES,
        status=status,
    )


async def _ask_why(
    request: Request,
    principal: Principal,
    session: ReadSession,
    device: Device,
    audit_id: UUID,
    form: Form[Withdrawal],
    *,
    status: int = 200,
) -> Response:
    audit: Audit | None = await AuditRepository.from_session(session).get(device.id, audit_id)
    if audit is None:
        raise AuditNotFound
    return page(
        request,
        "audits/templates/withdraw.html",
        principal=principal,
        device=device,
        audit=audit,
        said=said_of(audit.facts),
        tool=TOOLS.get(audit.facts.source, audit.facts.source),
        form=form,
        reasons=list(WithdrawnFor),
        status=status,
    )
