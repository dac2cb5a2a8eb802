"""The link of a campaign: what it is, for anybody; and for each who opens it, what they can do about it."""

from typing import Annotated, Any
from uuid import UUID

from filiere.calendar import now
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
    kept_page,
    page,
    page_router,
    path,
    public,
    read_form,
    redirect,
    shared_page,
    told,
)
from filiere.web import gettext as _
from filiere.web.pages import UNLISTED
from starlette.requests import Request
from starlette.responses import Response

from distribute.campaign_office.links import signer
from distribute.campaign_office.progress import progress
from distribute.campaign_office.schemas import JoinForm
from distribute.campaigns import members, service
from distribute.campaigns.errors import CampaignNotFound
from distribute.campaigns.members_repository import CampaignMembersRepository
from distribute.campaigns.schemas import CampaignOut
from distribute.publics import public_label
from distribute.relais import service as relais_service
from distribute.relais.repository import RelaisRepository
from distribute.request_settings import settings_of
from distribute.tenancy import led_by, own_relais_of

router = page_router("/campagne")

Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]
Anybody = Annotated[Principal, allow()]
Visitor = Annotated[Principal | None, public()]
TEMPLATE = "campaign_office/templates/open.html"
_KEPT_S = 300


@router.get("/{campaign_token}", name="open_campaign")
async def open_(request: Request, campaign_token: str, visitor: Visitor, session: ReadSession) -> Response:
    """What the campaign is and how far, the same for all strangers; whoever is logged in sees what they can do."""
    found = await _of_link(request, session, campaign_token)
    shown: dict[str, Any] = {
        "campaign": found,
        "token": campaign_token,
        "public_label": public_label,
        "phone": settings_of(request).network_phone,
    }
    if visitor is not None:
        answer: Response = page(
            request,
            TEMPLATE,
            principal=visitor,
            **shown,
            progress=await progress(session, found),
            **await _own(session, visitor, found),
        )
        answer.headers.update(UNLISTED)
        return answer

    async def made() -> tuple[Response, bool]:
        far = await progress(session, found)
        answer = shared_page(request, TEMPLATE, max_age_s=_KEPT_S, **shown, progress=far, own=(), led=(), joined=())
        answer.headers["x-robots-tag"] = UNLISTED["x-robots-tag"]
        return answer, True

    # By the minute: what it tells of is counted once in it, however many open it.
    state = f"{found.version} {found.stage} {int(now().timestamp() // 60)}"
    return await kept_page(request, state, made)


@router.get("/{campaign_token}/rejoindre", name="join_campaign")
async def asked(request: Request, campaign_token: str, principal: Anybody, session: ReadSession) -> Response:
    """Whoever has just logged in is back where they wanted to take part."""
    await _of_link(request, session, campaign_token)
    return redirect(path("open_campaign", campaign_token=campaign_token))


@router.post("/{campaign_token}/rejoindre", name="join_campaign")
async def join(request: Request, campaign_token: str, principal: Lead, session: WriteSession) -> Response:
    """Take part."""
    found = await _of_link(request, session, campaign_token)
    form = await read_form(request, JoinForm)
    if not form.is_valid:
        return redirect(path("open_campaign", campaign_token=campaign_token))
    relais = await relais_service.own(session, principal, form.data.relais_id)
    async with attempt(request, None, Conflict) as tried:
        await members.join(session, principal, found.id, relais)
        flash(request, _("%(name)s participe à la campagne.") % {"name": relais.name})
        return redirect(path("campaign", campaign_id=found.id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("open_campaign", campaign_token=campaign_token))


async def _own(session: AsyncReadSession, visitor: Principal, campaign: CampaignOut) -> dict[str, Any]:
    """The structures that a visitor acts for: which take part, which could, and which are theirs to say so for."""
    own = await RelaisRepository.from_session(session).of_members(own_relais_of(visitor))
    theirs = await CampaignMembersRepository.from_session(session).of_relais(own_relais_of(visitor))
    return {
        "own": own,
        "joined": theirs.get(campaign.id, set()),
        "led": led_by(visitor),
        "hindrances": {one.id: members.hindrances(campaign.terms, one) for one in own},
    }


async def _of_link(request: Request, session: AsyncReadSession | WriteSession, token: str) -> CampaignOut:
    campaign_id: UUID | None = signer(request).read(token)
    if campaign_id is None:
        raise CampaignNotFound
    return await service.get(session, None, campaign_id)
