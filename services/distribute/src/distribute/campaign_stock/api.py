"""API of campaigns: /stock/campaigns."""

from typing import Annotated

from fastapi import Path
from filiere.calendar import today
from filiere.web import Principal, Role, WriteSession, allow, api_router, raises

from distribute.campaign_stock import service as campaign_stock
from distribute.campaign_stock.errors import NoSuchCampaign
from distribute.campaign_stock.schemas import CampaignStockOut, GiveBackIn, SetAsideIn

router = api_router("", tags=["stock"])

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
CampaignName = Annotated[str, Path(min_length=1, max_length=100, description="As the policy names it.")]


@router.post("/stock/campaigns/{campaign}/reserve", responses=raises(NoSuchCampaign))
async def set_aside(
    campaign: CampaignName, body: SetAsideIn, principal: Coordinator, session: WriteSession
) -> CampaignStockOut:
    """Set free devices aside for the lines of a campaign of the policy in force, those that were ready first.

    Takes what there is when fewer are free than asked. 422 for a campaign that the policy does not name.
    """
    return await campaign_stock.set_aside(session, campaign, body, today())


@router.post("/stock/campaigns/{campaign}/release", responses=raises(NoSuchCampaign))
async def give_back(
    campaign: CampaignName, principal: Coordinator, session: WriteSession, body: GiveBackIn | None = None
) -> CampaignStockOut:
    """Give free devices that are set aside for a campaign back to everybody, those that were ready first."""
    return await campaign_stock.give_back(session, campaign, body or GiveBackIn(), today())
