"""API of campaigns: /campaigns."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.database import EVERYTHING
from filiere.duties import Duty
from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.campaign_office.progress import progress
from distribute.campaign_office.schemas import ProgressOut
from distribute.campaign_stock import closing
from distribute.campaigns import members, service
from distribute.campaigns.errors import (
    CampaignNotFound,
    CampaignOver,
    DaysToCorrect,
    DraftChanged,
    HasBegun,
    NameIsFixed,
    NameTaken,
    NoDraft,
    NotAMember,
    NotBegun,
    NotEligible,
    NotOpenToJoin,
    WrittenMeanwhile,
)
from distribute.campaigns.repository import CampaignsRepository
from distribute.campaigns.schemas import CampaignIn, CampaignOut, JoinIn, ReasonIn
from distribute.campaigns.status import Stage
from distribute.relais import service as relais_service
from distribute.relais.errors import RelaisNotFound

router = api_router("/campaigns", tags=["campaigns"])

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]


@router.get("")
async def listing(
    principal: Reader, session: ReadSession, stage: Annotated[Stage | None, Query(description="Today.")] = None
) -> list[CampaignOut]:
    """The newest first; the coordination sees drafts too."""
    found = await CampaignsRepository.from_session(session).listing(
        stage=stage.value if stage else "", with_drafts=service.sees_drafts(principal), part=EVERYTHING
    )
    return list(found.rows)


@router.post("", status_code=201, responses=raises(NameTaken))
async def draft(body: CampaignIn, principal: Coordinator, session: WriteSession) -> CampaignOut:
    """A new one, as a draft."""
    return await service.draft(session, principal, body)


@router.get("/{campaign_id}", responses=raises(CampaignNotFound))
async def get(campaign_id: UUID, principal: Reader, session: ReadSession) -> CampaignOut:
    """One campaign."""
    return await service.get(session, principal, campaign_id)


@router.put(
    "/{campaign_id}", responses=raises(CampaignNotFound, CampaignOver, WrittenMeanwhile, NameTaken, NameIsFixed)
)
async def save(campaign_id: UUID, body: CampaignIn, principal: Coordinator, session: WriteSession) -> CampaignOut:
    """Write its draft; what is published goes on until it is published."""
    return await service.save(session, principal, campaign_id, body)


@router.delete("/{campaign_id}", status_code=204, responses=raises(CampaignNotFound, NoDraft))
async def remove(campaign_id: UUID, principal: Coordinator, session: WriteSession) -> None:
    """Throw its draft away."""
    await service.remove(session, principal, campaign_id)


@router.get("/{campaign_id}/progress", responses=raises(CampaignNotFound))
async def how_far(campaign_id: UUID, principal: Reader, session: ReadSession) -> ProgressOut:
    """How far it is; fewer than five people are not told."""
    return await progress(session, await service.get(session, principal, campaign_id))


@router.post("/{campaign_id}/publish", responses=raises(CampaignNotFound, NoDraft, DraftChanged, DaysToCorrect))
async def publish(campaign_id: UUID, body: ReasonIn, principal: Coordinator, session: WriteSession) -> CampaignOut:
    """Its draft counts from now on; it never changes."""
    return await service.publish(session, principal, campaign_id, body.reason)


@router.post("/{campaign_id}/cancel", responses=raises(CampaignNotFound, NoDraft, CampaignOver, HasBegun))
async def cancel(campaign_id: UUID, body: ReasonIn, principal: Coordinator, session: WriteSession) -> CampaignOut:
    """Before its first day."""
    return await service.cancel(session, principal, campaign_id, body.reason)


@router.post("/{campaign_id}/close", responses=raises(CampaignNotFound, NoDraft, CampaignOver, NotBegun))
async def close(campaign_id: UUID, body: ReasonIn, principal: Coordinator, session: WriteSession) -> CampaignOut:
    """Close it: what is free of its stock is everybody's again."""
    await closing.close(session, principal, campaign_id, body.reason)
    return await service.get(session, principal, campaign_id)


@router.post("/{campaign_id}/join", responses=raises(CampaignNotFound, RelaisNotFound, NotOpenToJoin, NotEligible))
async def join(campaign_id: UUID, body: JoinIn, principal: Lead, session: WriteSession) -> CampaignOut:
    """Take part, with a Relais that the caller leads."""
    relais = await relais_service.own(session, principal, body.relais_id)
    await members.join(session, principal, campaign_id, relais)
    return await service.get(session, principal, campaign_id)


@router.post("/{campaign_id}/leave", responses=raises(CampaignNotFound, RelaisNotFound, NotAMember))
async def leave(campaign_id: UUID, body: JoinIn, principal: Lead, session: WriteSession) -> CampaignOut:
    """Not any more; what was ordered for it stays."""
    relais = await relais_service.own(session, principal, body.relais_id)
    await members.leave(session, principal, campaign_id, relais)
    return await service.get(session, principal, campaign_id)
