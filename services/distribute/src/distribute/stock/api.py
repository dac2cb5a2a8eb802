"""API of stock: /stock and what is set aside of it, /prices, /devices, /demand."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router
from filiere.web.bounds import Day, Scanned
from pydantic import BaseModel

from distribute.demand.repository import DemandRepository
from distribute.stock import campaigns, service
from distribute.stock.repository import StockRepository
from distribute.stock.schemas import CampaignStockOut, DeviceOut, GiveBackIn, PricesOut, SetAsideIn, StockOut
from distribute.stock.status import StockStatus

router = api_router("", tags=["stock"])

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR, Role.WORKSHOP, Role.SERVICE)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
CampaignName = Annotated[str, Path(min_length=1, max_length=100, description="As the policy names it.")]


class DemandOut(BaseModel):
    """Devices that approved orders of a département still wait for."""

    category: Category
    grade: Grade
    territory: str
    wanted: int
    updated_at: datetime


@router.get("/stock")
async def stock(principal: Reader, session: ReadSession) -> StockOut:
    """Free devices per category and grade, with today's price range; apart, what is set aside for campaigns."""
    return await service.stock(session, today())


@router.post("/stock/campaigns/{campaign}/reserve")
async def set_aside(
    campaign: CampaignName, body: SetAsideIn, principal: Coordinator, session: WriteSession
) -> CampaignStockOut:
    """Set free devices aside for the lines of a campaign of the policy in force, those that were ready first.

    Takes what there is when fewer are free than asked. 422 for a campaign that the policy does not name.
    """
    return await campaigns.set_aside(session, campaign, body, today())


@router.post("/stock/campaigns/{campaign}/release")
async def give_back(
    campaign: CampaignName, principal: Coordinator, session: WriteSession, body: GiveBackIn | None = None
) -> CampaignStockOut:
    """Give free devices that are set aside for a campaign back to everybody, those that were ready first."""
    return await campaigns.give_back(session, campaign, body or GiveBackIn(), today())


@router.get("/prices")
async def prices(principal: Reader, on: Day | None = None) -> PricesOut:
    """The price list in force on a day."""
    return service.prices(on or today())


@router.get("/demand")
async def demand(principal: Reader, session: ReadSession) -> list[DemandOut]:
    """What is wanted and not promised, most wanted first."""
    return [DemandOut.model_validate(one._asdict()) for one in await DemandRepository.from_session(session).listing()]


@router.get("/devices")
async def devices(
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    status: StockStatus | None = None,
    category: Category | None = None,
    campaign: Annotated[str, Query(max_length=100, description="Set aside for this one.")] = "",
    order_id: UUID | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Page[DeviceOut]:
    """Devices: a Relais sees those promised to it, a workshop its own."""
    found = await StockRepository.from_session(session).devices(
        principal,
        status=status or "",
        category=category or "",
        campaign=campaign,
        order_id=order_id,
        q=q,
        part=paging.part,
    )
    return paging.of(found.rows, found)


@router.get("/devices/by-label/{label}")
async def by_label(label: Scanned, principal: Reader, session: ReadSession) -> DeviceOut:
    """One device by its label, as scanned or typed."""
    return await service.by_label(session, principal, label)


@router.get("/devices/{device_id}")
async def device(device_id: UUID, principal: Reader, session: ReadSession) -> DeviceOut:
    """One device."""
    return await service.device(session, principal, device_id)
