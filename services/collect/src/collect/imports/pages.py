"""Pages of a declaration by file: choose it, look at the preview, confirm; `screens.draft_files` makes it a draft."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state
from filiere.web.request_limits import UPLOAD, body_limit

from collect.donors.errors import DonorNotFound
from collect.imports import service
from collect.imports.api import OwnSettings, errors_csv
from collect.imports.column_pages import show_preview
from collect.imports.correction import corrections_of
from collect.imports.donor_field import donor_chosen, donors_to_choose
from collect.imports.errors import NothingToConfirm, UnreadableFile
from collect.imports.schemas import ImportProgress
from collect.imports.several import as_one, files_in
from collect.imports.uploads import taken_up

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


@router.get("/dons/nouveau", name="declare")
async def choose(request: Request, principal: Donor, session: ReadSession) -> Response:
    asked = request.query_params
    form: Form[Any] = Form({"donor_id": asked.get("donateur", "")})
    return await show(request, principal, session, form, donor_q=asked.get("donateur_q", "").strip()[:200])


@router.post("/dons/nouveau", name="declare", openapi_extra=body_limit(UPLOAD))
async def upload(request: Request, principal: Donor, session: WriteSession, settings: OwnSettings) -> Response:
    submitted = await request.form()
    form: Form[Any] = Form({"donor_id": str(submitted.get("donor_id") or "")})
    files = files_in(submitted)
    # Looked up and given back: no connection is held while the file is read.
    async with app_state(request).database.read() as brief:
        donor_id = await donor_chosen(brief, principal, form)
    if not files:
        form.errors["file"] = _("Choisissez un fichier.")
    elif donor_id is not None:
        async with attempt(request, form, UnreadableFile, DonorNotFound):
            corrections = await corrections_of(app_state(request).database, donor_id, principal)
            async with (
                as_one(files) as (content, name),
                taken_up(content, name, settings.import_max_rows, corrections) as arrived,
            ):
                found = await service.take_in(session, arrived, donor_id, principal)
            return redirect(path("import", import_id=found.import_id))
    return await show(request, principal, session, form, status=422)


@router.get("/imports/{import_id}", name="import")
async def preview_page(request: Request, import_id: UUID, principal: Donor, session: ReadSession) -> Response:
    found = await service.find(session, import_id, principal)
    if isinstance(found, ImportProgress):
        return page(request, "imports/templates/reading.html", principal=principal, file=found)
    return await show_preview(request, principal, session, found)


@router.get("/imports/{import_id}/erreurs.csv", name="import_errors_csv")
async def errors(import_id: UUID, principal: Donor, session: StreamSession) -> Response:
    return errors_csv(session, await service.get(session, import_id, principal))


@router.post("/imports/{import_id}/confirmer", name="confirm_import")
async def confirm(request: Request, import_id: UUID, principal: Donor, session: WriteSession) -> Response:
    async with attempt(request, None, NothingToConfirm):
        done = await service.confirm(session, import_id, principal)
        flash(request, _("Don %(reference)s déclaré. Nous vous répondons sous peu.") % {"reference": done.reference})
        return redirect(path("donation", donation_id=done.donation_id))
    flash(request, _(NothingToConfirm.title), "stop")
    return redirect(path("import", import_id=import_id))


async def show(
    request: Request,
    principal: Principal,
    session: ReadSession,
    form: Form[Any],
    *,
    status: int = 200,
    donor_q: str = "",
) -> Response:
    return page(
        request,
        "imports/templates/declare_file.html",
        principal=principal,
        status=status,
        form=form,
        donors=await donors_to_choose(
            session, principal, donor_q or str(form.values.get("donateur_q", "")), str(form.values.get("donor_id", ""))
        ),
    )
