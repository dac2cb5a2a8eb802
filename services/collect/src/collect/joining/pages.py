"""Pages of joining: one for who has no access yet, one card for the coordination."""

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
from filiere.web.app_state import app_state
from pydantic import BaseModel

from collect.donors.schemas import Email, Name, Postcode
from collect.joining import service
from collect.joining.errors import AlreadyRegistered, FirstOneWaits, NothingToConfirm, NothingToReopen, SirenTaken
from collect.joining.schemas import Confirm, Join, LegalCategory, Refuse, Reopen, SirenOrSiret

router = page_router()

Anybody = Annotated[Principal, allow()]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


class JoinForm(BaseModel):
    """The registration on one page: the same rules as the API, flat."""

    siren: SirenOrSiret
    name: Name
    legal_category: LegalCategory | None = None
    site_label: Name
    address: Name
    postcode: Postcode
    city: Name
    contact_name: Name
    contact_email: Email

    def command(self) -> Join:
        site = {"label": self.site_label, "address": self.address, "postcode": self.postcode, "city": self.city}
        contact = {"name": self.contact_name, "email": self.contact_email}
        known = self.model_dump(include={"siren", "name", "legal_category"})
        return Join.model_validate({**known, "site": site, "contact": contact})


@router.get("/inscription", name="join")
async def asked(request: Request, principal: Anybody, session: ReadSession) -> Response:
    refused = await service.refused(session, principal)
    left = await service.left_by(session, principal) if refused is None else None
    return page(
        *(request, "joining/templates/join.html"),
        principal=principal,
        form=Form[JoinForm](),
        left=left,
        refused=refused,
    )


@router.post("/inscription", name="join")
async def join(request: Request, principal: Anybody, session: WriteSession) -> Response:
    form = await read_form(request, JoinForm)
    if form.is_valid:
        async with attempt(request, form, AlreadyRegistered, FirstOneWaits):
            made = await service.join(session, form.data.command(), principal)
            flash(request, _("%(name)s est inscrite. Déclarez vos équipements dès maintenant.") % {"name": made.name})
            return redirect(path("donor", donor_id=made.donor_id))
    return page(
        request, "joining/templates/join.html", principal=principal, status=422, form=form, left=None, refused=None
    )


@router.post("/donateurs/{donor_id}/confirmer", name="confirm_donor")
async def confirm(request: Request, donor_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, Confirm)
    if form.is_valid:
        async with attempt(request, form, NothingToConfirm):
            await service.confirm(session, donor_id, form.data, principal)
            flash(request, _("L'inscription est confirmée."))
            return redirect(path("donor", donor_id=donor_id))
    for sentence in form.errors.values():
        flash(request, sentence, "stop")
    return redirect(path("donor", donor_id=donor_id))


@router.post("/donateurs/{donor_id}/refuser", name="refuse_donor")
async def refuse(request: Request, donor_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, Refuse)
    if form.is_valid:
        async with attempt(request, form, NothingToConfirm):
            await service.refuse(session, donor_id, form.data, principal)
            app_state(request).memberships.forget_all()
            flash(request, _("L'inscription est refusée. Ses personnes sont prévenues, et son SIREN est libre."))
            return redirect(path("donor", donor_id=donor_id))
    for sentence in form.errors.values():
        flash(request, sentence, "stop")
    return redirect(path("donor", donor_id=donor_id))


@router.post("/donateurs/{donor_id}/rouvrir", name="reopen_donor")
async def reopen(request: Request, donor_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, Reopen)
    if form.is_valid:
        async with attempt(request, form, NothingToReopen, SirenTaken):
            await service.reopen(session, donor_id, form.data, principal)
            app_state(request).memberships.forget_all()
            flash(request, _("L'inscription est rouverte. Ses personnes sont prévenues : elle attend votre réponse."))
            return redirect(path("donor", donor_id=donor_id))
    for sentence in form.errors.values():
        flash(request, sentence, "stop")
    return redirect(path("donor", donor_id=donor_id))
