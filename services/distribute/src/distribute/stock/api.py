"""API of stock: /stock, /prices, /devices, /demand."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.catalogue import Category, Grade
from filiere.web import Page, Paging, Principal, ReadSession, Role, allow, api_router
from pydantic import BaseModel

from distribute.clock import today
from distribute.demand.repository import DemandRepository
from distribute.stock import service
from distribute.stock.models import StockStatus
from distribute.stock.repository import StockRepository
from distribute.stock.schemas import DeviceOut, PricesOut, StockOut

router = api_router("", tags=["stock"])

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR, Role.WORKSHOP, Role.SERVICE)]


class DemandOut(BaseModel):
    """Devices that approved orders of a département still wait for."""

    category: Category
    grade: Grade
    territory: str
    wanted: int
    updated_at: datetime


@router.get("/stock")
async def stock(principal: Reader, session: ReadSession) -> StockOut:
    """Free devices per category and grade, with today's price range."""
    return await service.stock(session, today())


@router.get("/prices")
async def prices(principal: Reader, on: date | None = None) -> PricesOut:
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
    order_id: UUID | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Page[DeviceOut]:
    """Devices: a Relais sees those promised to it, a workshop its own."""
    items, total = await StockRepository.from_session(session).devices(
        principal,
        status=status or "",
        category=category or "",
        order_id=order_id,
        q=q,
        limit=paging.limit,
        offset=paging.offset,
    )
    return paging.of(items, total)


@router.get("/devices/by-label/{label}")
async def by_label(label: str, principal: Reader, session: ReadSession) -> DeviceOut:
    """One device by its label, as scanned or typed."""
    return await service.by_label(session, principal, label)


@router.get("/devices/{device_id}")
async def device(device_id: UUID, principal: Reader, session: ReadSession) -> DeviceOut:
    """One device."""
    return await service.device(session, principal, device_id)
