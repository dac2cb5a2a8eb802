"""Page where a donor's own data are corrected: its name, its sites, whom to call."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
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
from pydantic import BaseModel

from collect.donors import service
from collect.donors.errors import LastContact
from collect.donors.schemas import ContactIn, ContactOut, NameIn, SiteIn, SiteOut

router = page_router("/donateurs/{donor_id}")

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
NEW = "new"
"""Which form an error belongs to: `name`, a site's or contact's id, or this one for a contact that is added."""


@router.get("/modifier", name="edit_donor")
async def shown(request: Request, donor_id: UUID, principal: Donor, session: ReadSession) -> Response:
    return await _show(request, session, donor_id, principal)


@router.post("/nom", name="donor_name")
async def rename(request: Request, donor_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, NameIn)
    if form.is_valid:
        await service.rename(session, donor_id, form.data, principal)
        return _done(request, donor_id)
    return await _show(request, session, donor_id, principal, "name", form)


@router.post("/lieux/{site_id}", name="donor_site")
async def change_site(
    request: Request, donor_id: UUID, site_id: UUID, principal: Donor, session: WriteSession
) -> Response:
    form = await read_form(request, SiteIn)
    if form.is_valid:
        await service.change_site(session, donor_id, site_id, form.data, principal)
        return _done(request, donor_id)
    return await _show(request, session, donor_id, principal, str(site_id), form)


@router.post("/contacts", name="donor_contacts")
async def add_contact(request: Request, donor_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, ContactIn)
    if form.is_valid:
        await service.add_contact(session, donor_id, form.data, principal)
        return _done(request, donor_id)
    return await _show(request, session, donor_id, principal, NEW, form)


@router.post("/contacts/{contact_id}", name="donor_contact")
async def change_contact(
    request: Request, donor_id: UUID, contact_id: UUID, principal: Donor, session: WriteSession
) -> Response:
    form = await read_form(request, ContactIn)
    if form.is_valid:
        await service.change_contact(session, donor_id, contact_id, form.data, principal)
        return _done(request, donor_id)
    return await _show(request, session, donor_id, principal, str(contact_id), form)


@router.post("/contacts/{contact_id}/retirer", name="remove_contact")
async def remove_contact(
    request: Request, donor_id: UUID, contact_id: UUID, principal: Donor, session: WriteSession
) -> Response:
    form = Form[ContactIn]()
    async with attempt(request, form, LastContact):
        await service.remove_contact(session, donor_id, contact_id, principal)
        return _done(request, donor_id)
    for sentence in form.errors.values():
        flash(request, sentence, "stop")
    return redirect(path("edit_donor", donor_id=donor_id))


def _done(request: Request, donor_id: UUID) -> Response:
    flash(request, _("C'est enregistré."))
    return redirect(path("edit_donor", donor_id=donor_id))


async def _show(
    request: Request,
    session: ReadSession,
    donor_id: UUID,
    principal: Principal,
    wrong: str = "",
    form: Form[NameIn] | Form[SiteIn] | Form[ContactIn] | None = None,
) -> Response:
    """All forms with what is known; the one that was refused with what was typed."""
    donor = await service.get(session, donor_id, principal)
    known: list[SiteOut | ContactOut] = [*donor.sites, *donor.contacts]
    forms: dict[str, Form[NameIn] | Form[SiteIn] | Form[ContactIn]] = {
        "name": Form[NameIn]({"name": donor.name}),
        NEW: Form[ContactIn](),
        **{str(one.id): Form[SiteIn](_values(one)) for one in known},
    }
    if form is not None:
        forms[wrong] = form
    return page(
        request,
        "donors/templates/edit.html",
        principal=principal,
        status=422 if form is not None else 200,
        donor=donor,
        forms=forms,
    )


def _values(one: BaseModel) -> dict[str, str | list[str]]:
    return {name: str(value) for name, value in one.model_dump(exclude={"id"}).items() if value is not None}
