"""The link of a campaign: what it is, for anybody; joined in one tap by who leads a Relais, or by applying."""

from typing import Annotated
from uuid import UUID

from filiere.database import AsyncReadSession
from filiere.duties import Duty
from filiere.web import (
    Conflict,
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
    public,
    read_form,
    redirect,
    told,
)
from filiere.web import gettext as _
from filiere.web.pages import UNLISTED
from starlette.requests import Request
from starlette.responses import Response

from distribute.campaign_office.links import signer
from distribute.campaign_office.schemas import JoinForm
from distribute.campaigns import members, service
from distribute.campaigns.errors import CampaignNotFound
from distribute.campaigns.members_repository import CampaignMembersRepository
from distribute.campaigns.schemas import CampaignOut
from distribute.publics import public_label
from distribute.relais import service as relais_service
from distribute.relais.repository import RelaisRepository
from distribute.request_settings import settings_of
from distribute.tenancy import own_relais_of

router = page_router("/campagne")

Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]
LeadOrCoordinator = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR, duties=(Duty.LEAD,))]


@router.get("/{campaign_token}", name="open_campaign", dependencies=[public()])
async def open_(request: Request, campaign_token: str, session: ReadSession) -> Response:
    """What the campaign is, and the two ways into it."""
    found = await _of_link(request, session, campaign_token)
    answer = page(
        request,
        "campaign_office/templates/open.html",
        campaign=found,
        token=campaign_token,
        public_label=public_label,
        phone=settings_of(request).network_phone,
    )
    answer.headers.update(UNLISTED)
    return answer


@router.get("/{campaign_token}/rejoindre", name="join_campaign")
async def asked(request: Request, campaign_token: str, principal: LeadOrCoordinator, session: ReadSession) -> Response:
    """Each structure that the caller leads: a tap, or why not. The coordination, which tries its link, is led back."""
    found = await _of_link(request, session, campaign_token)
    if principal.is_coordinator:
        return redirect(path("campaign", campaign_id=found.id))
    own = await RelaisRepository.from_session(session).of_members(own_relais_of(principal))
    theirs = await CampaignMembersRepository.from_session(session).of_relais(own_relais_of(principal))
    return page(
        request,
        "campaign_office/templates/join.html",
        principal=principal,
        campaign=found,
        token=campaign_token,
        own=own,
        joined=theirs.get(found.id, set()),
        hindrances={one.id: members.hindrances(found.terms, one) for one in own},
    )


@router.post("/{campaign_token}/rejoindre", name="join_campaign")
async def join(request: Request, campaign_token: str, principal: Lead, session: WriteSession) -> Response:
    """Take part."""
    found = await _of_link(request, session, campaign_token)
    form = await read_form(request, JoinForm)
    if not form.is_valid:
        return redirect(path("join_campaign", campaign_token=campaign_token))
    relais = await relais_service.own(session, principal, form.data.relais_id)
    async with attempt(request, None, Conflict) as tried:
        await members.join(session, principal, found.id, relais)
        flash(request, _("%(name)s participe à la campagne.") % {"name": relais.name})
        return redirect(path("campaign", campaign_id=found.id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("join_campaign", campaign_token=campaign_token))


async def _of_link(request: Request, session: AsyncReadSession | WriteSession, token: str) -> CampaignOut:
    campaign_id: UUID | None = signer(request).read(token)
    if campaign_id is None:
        raise CampaignNotFound
    return await service.get(session, None, campaign_id)
