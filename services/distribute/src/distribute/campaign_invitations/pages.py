"""The page by which the coordination invites structures to a campaign, and follows who answered."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from filiere.web import (
    Choice,
    Column,
    Conflict,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    StreamSession,
    Table,
    Unprocessable,
    WriteSession,
    allow,
    attempt,
    flash,
    ngettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
    told,
)
from filiere.web import gettext as _
from filiere.web.formats import full_day
from filiere.web.request_limits import KIB, body_limit
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from distribute.campaign_invitations import service
from distribute.campaign_invitations.errors import ListTooLong, NobodyToInvite
from distribute.campaign_invitations.reading import SHOWN, ListRead, read
from distribute.campaign_invitations.repository import InvitationsRepository
from distribute.campaign_invitations.schemas import ListForm
from distribute.campaign_invitations.status import Answer
from distribute.campaigns import service as campaigns
from distribute.campaigns.schemas import CampaignOut

router = page_router("/campagnes")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
MOST_BYTES = 200_000
LIST = body_limit(700 * KIB)
INVITED = Table(
    columns=(
        Column("name", "Structure"),
        Column("address", "Adresse"),
        Column("answer", "Réponse"),
        Column("invited", "Invitée"),
        Column("act", "Annuler"),
    ),
    filters=(
        Search("q", "Chercher", "Nom, adresse"),
        Choice("reponse", "Réponse", {one.value: one.label_fr for one in Answer}, "Toutes"),
    ),
)


@router.get("/{campaign_id}/invitations", name="campaign_invitations")
async def listing(request: Request, campaign_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """Whom we wrote to, who answered; and the list that is written to next."""
    return await _page(request, principal, session, await campaigns.get(session, principal, campaign_id), Form())


@router.get("/{campaign_id}/invitations.csv", name="campaign_invitations_csv")
async def sheet(request: Request, campaign_id: UUID, principal: Coordinator, session: StreamSession) -> Response:
    """The same, filtered as the page is."""
    await campaigns.get(session, principal, campaign_id)
    view = INVITED.read(request)
    repository = InvitationsRepository.from_session(session)

    async def rows() -> AsyncIterator[Sequence[object]]:
        async for one in repository.each(campaign_id, q=view.q, answer=view["reponse"]):
            when = full_day(one.reminded_at) if one.reminded_at else ""
            yield one.name, one.address, told(one.answer.label_fr), full_day(one.invited_at), when

    header = ("structure", "adresse", "réponse", "invitée le", "rappelée le")
    return sheet_response("invitations-campagne.csv", header, rows(), spoken=True)


@router.post("/{campaign_id}/invitations", name="campaign_invitations", openapi_extra=LIST)
async def invite(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Read a list and show what would be sent; then, once it was read again, write to each."""
    found = await campaigns.get(session, principal, campaign_id)
    form = await read_form(request, ListForm)
    given = (await request.form()).get("file")
    if isinstance(given, UploadFile) and given.filename:
        form.values = {**form.values, "addresses": _text_of(await given.read(MOST_BYTES + 4))}
    if len(str(form.values.get("addresses", "")).encode()) > MOST_BYTES:
        # Cut, its last address could be another one's.
        async with attempt(request, form, Unprocessable, field="addresses"):
            raise ListTooLong
        return await _page(request, principal, session, found, form, 422)
    # Two thousand addresses are a third of a second.
    listed = await asyncio.to_thread(read, str(form.values.get("addresses", "")))
    if not form.is_valid:
        return await _page(request, principal, session, found, form, 422)
    async with attempt(request, form, Conflict, Unprocessable, field="addresses"):
        if not listed.asked:
            raise NobodyToInvite
        if form.data.send:
            sent = await service.invite(session, principal, campaign_id, listed.asked)
            said = ngettext("%(num)s invitation part.", "%(num)s invitations partent.", sent) % {"num": sent}
            flash(request, said if sent else _("Toutes ces adresses sont déjà invitées : rien ne part."))
            return redirect(path("campaign_invitations", campaign_id=campaign_id))
        return await _page(request, principal, session, found, form, listed=listed)
    return await _page(request, principal, session, found, form, 422, listed)


@router.post("/{campaign_id}/invitations/rappeler", name="remind_of_campaign")
async def remind(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Write again to those who have not answered."""
    async with attempt(request, None, Conflict) as tried:
        sent = await service.remind(session, principal, campaign_id)
        flash(request, ngettext("%(num)s rappel part.", "%(num)s rappels partent.", sent) % {"num": sent})
        return redirect(path("campaign_invitations", campaign_id=campaign_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("campaign_invitations", campaign_id=campaign_id))


@router.post("/{campaign_id}/invitations/{invitation_id}/annuler", name="withdraw_campaign_invitation")
async def withdraw(
    request: Request, campaign_id: UUID, invitation_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Not invited any more."""
    async with attempt(request, None, Conflict) as tried:
        address = await service.withdraw(session, principal, campaign_id, invitation_id)
        flash(request, _("%(address)s n'est plus relancée.") % {"address": address})
        return redirect(path("campaign_invitations", campaign_id=campaign_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("campaign_invitations", campaign_id=campaign_id))


async def _page(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    campaign: CampaignOut,
    form: Form[ListForm],
    status: int = 200,
    listed: ListRead | None = None,
) -> Response:
    view = INVITED.read(request)
    repository = InvitationsRepository.from_session(session)
    found = await repository.listing(campaign.id, q=view.q, answer=view["reponse"], part=view.part)
    known = await repository.known(campaign.id, [one.address for one in listed.asked]) if listed else set()
    return page(
        request,
        "campaign_invitations/templates/invitations.html",
        principal=principal,
        status=status,
        campaign=campaign,
        view=view.fill(found.rows, found),
        answers=await repository.answers(campaign.id),
        form=form,
        listed=listed,
        new=len(listed.asked) - len(known) if listed else 0,
        known=len(known),
        wrong=listed.wrong[:SHOWN] if listed else [],
    )


def _text_of(content: bytes) -> str:
    """A CSV of any office program."""
    try:
        return content.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace").replace("\0", "")
