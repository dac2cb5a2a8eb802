"""Pages of a declaration: choose a file, look at the preview, confirm; or write lines by hand, without any script."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from filiere.catalogue import Category
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
from filiere.web.bounded_types import bounded_count
from filiere.web.request_limits import UPLOAD, body_limit
from filiere.web.validation import field_errors
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from collect.donations.limits import MAX_DEVICES, MAX_QUANTITY, TOO_MANY
from collect.donations.schemas import DeclareDonation, LineIn
from collect.donations.service import declare
from collect.donors.errors import DonorNotFound
from collect.imports import service
from collect.imports.api import OwnSettings, errors_csv
from collect.imports.column_pages import show_preview
from collect.imports.correction import corrections_of
from collect.imports.donor_field import donor_chosen, donors_to_choose
from collect.imports.errors import NothingToConfirm, UnreadableFile
from collect.imports.schemas import ImportProgress
from collect.imports.uploads import taken_up

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]

FIRST_LINES = 3
MORE_LINES = 5
MOST_LINES = 60
LINE_FIELDS = ("category", "quantity", "manufacturer", "model", "serial", "year")


@router.get("/dons/nouveau", name="declare")
async def choose(request: Request, principal: Donor, session: ReadSession) -> Response:
    asked = request.query_params
    form: Form[Any] = Form({"donor_id": asked.get("donateur", "")})
    return await show(request, principal, session, "file", form, donor_q=asked.get("donateur_q", "").strip()[:200])


@router.get("/dons/nouveau/lignes", name="declare_lines")
async def by_hand(request: Request, principal: Donor, session: ReadSession) -> Response:
    form: Form[Any] = Form({"donor_id": request.query_params.get("donateur", "")})
    return await show(request, principal, session, "lines", form, count=FIRST_LINES)


@router.post("/dons/nouveau", name="declare", openapi_extra=body_limit(UPLOAD))
async def upload(request: Request, principal: Donor, session: WriteSession, settings: OwnSettings) -> Response:
    submitted = await request.form()
    form: Form[Any] = Form({"donor_id": str(submitted.get("donor_id") or "")})
    file = submitted.get("file")
    # Looked up and given back: no connection is held while the file is read.
    async with app_state(request).database.read() as brief:
        donor_id = await donor_chosen(brief, principal, form)
    if not isinstance(file, UploadFile) or not file.filename:
        form.errors["file"] = _("Choisissez un fichier.")
    elif donor_id is not None:
        async with attempt(request, form, UnreadableFile, DonorNotFound):
            corrections = await corrections_of(app_state(request).database, donor_id, principal)
            async with taken_up(file.file, file.filename, settings.import_max_rows, corrections) as arrived:
                found = await service.take_in(session, arrived, donor_id, principal)
            return redirect(path("import", import_id=found.import_id))
    return await show(request, principal, session, "file", form, status=422)


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


@router.post("/dons/nouveau/lignes", name="declare_lines")
async def write(request: Request, principal: Donor, session: WriteSession) -> Response:
    submitted = await request.form()
    values = {name: value.strip() for name, value in submitted.items() if isinstance(value, str)}
    form: Form[Any] = Form(values)
    count = bounded_count(values.get("count", str(FIRST_LINES)), FIRST_LINES, MOST_LINES)
    if values.get("action") == "more":
        return await show(request, principal, session, "lines", form, count=min(count + MORE_LINES, MOST_LINES))
    if values.get("action") == "donor":
        return await show(request, principal, session, "lines", form, count=count)
    donor_id = await donor_chosen(session, principal, form)
    lines = lines_of(form, count)
    if not lines and not form.errors:
        form.errors[""] = _("Décrivez au moins un équipement.")
    devices = sum(line.quantity for line in lines)
    if devices > MAX_DEVICES:
        form.errors[""] = TOO_MANY.format(devices=devices, most=MAX_DEVICES)
    if form.errors or donor_id is None:
        return await show(request, principal, session, "lines", form, count=count, status=422)
    try:
        command = DeclareDonation(
            donor_id=donor_id,
            lines=lines,
            note=values.get("note") or None,
            draft=values.get("action") == "draft",
        )
    except ValidationError as error:
        form.errors.update({item.field: item.message_fr for item in field_errors(error.errors())})
        return await show(request, principal, session, "lines", form, count=count, status=422)
    done = await declare(session, command, principal)
    flash(request, _("Don %(reference)s enregistré.") % {"reference": done.reference})
    return redirect(path("donation", donation_id=done.id))


def lines_of(form: Form[Any], count: int) -> list[LineIn]:
    """The lines that hold something; what is wrong goes beside its field (`year-3`)."""
    lines = []
    for number in range(1, count + 1):
        given = {name: form.values.get(f"{name}-{number}", "") for name in LINE_FIELDS}
        if not any(value for name, value in given.items() if name != "quantity"):
            continue
        try:
            lines.append(LineIn.model_validate({name: value for name, value in given.items() if value}))
        except ValidationError as error:
            for item in field_errors(error.errors()):
                name = item.field if item.field in LINE_FIELDS else "serial"
                form.errors.setdefault(f"{name}-{number}", item.message_fr)
    return lines


async def show(
    request: Request,
    principal: Principal,
    session: ReadSession,
    way: str,
    form: Form[Any],
    *,
    status: int = 200,
    count: int = 0,
    donor_q: str = "",
) -> Response:
    return page(
        request,
        f"imports/templates/declare_{way}.html",
        principal=principal,
        status=status,
        form=form,
        donors=await donors_to_choose(
            session, principal, donor_q or str(form.values.get("donateur_q", "")), str(form.values.get("donor_id", ""))
        ),
        categories={category.value: category.label_fr.capitalize() for category in Category},
        count=count,
        most=MOST_LINES,
        most_alike=MAX_QUANTITY,
        most_devices=MAX_DEVICES,
    )
