"""Pages of what is said about a donation: the thread of both sides, and where and when it can be fetched."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.web import Principal, Role, WriteSession, allow, attempt, flash, page_router, path, read_form, redirect
from filiere.web import gettext as _

from collect.donations import service, words
from collect.donations.schemas import PlaceIn, SayIn
from collect.donors.errors import SiteUnknown
from collect.screens import donations

router = page_router("/dons")

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


@router.post("/{donation_id}/messages", name="donation_messages")
async def say(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, SayIn)
    if form.is_valid:
        await words.say(session, donation_id, form.data.text, principal)
        flash(request, _("Votre mot est envoyé."))
        return redirect(path("donation", donation_id=donation_id) + "#mots")
    return await donations.show(request, session, donation_id, principal, status=422, word_form=form)


@router.post("/{donation_id}/messages/lus", name="read_messages")
async def read(donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    await words.read(session, donation_id, principal)
    return redirect(path("donation", donation_id=donation_id) + "#mots")


@router.post("/{donation_id}/lieu", name="donation_place")
async def place(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, PlaceIn)
    if form.is_valid:
        async with attempt(request, form, SiteUnknown):
            await words.put(session, donation_id, form.data, principal)
            flash(request, _("Lieu et dates enregistrés."))
            return redirect(path("donation", donation_id=donation_id) + "#lieu")
    await service.get(session, donation_id, principal)
    flash(request, " ".join(form.errors.values()), "stop")
    return redirect(path("donation", donation_id=donation_id) + "#lieu")
