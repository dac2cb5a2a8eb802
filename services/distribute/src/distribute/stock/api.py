"""API of stock: /stock, /prices, /devices."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from filiere.calendar import today
from filiere.catalogue import Category
from filiere.open_words import known
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from filiere.web.bounded_types import Day, Scanned
from pydantic import AfterValidator

from distribute.statuses import StockStatus
from distribute.stock import service
from distribute.stock.errors import DeviceNotFound, NoPricesYet, NothingToCheck
from distribute.stock.repository import StockRepository
from distribute.stock.schemas import DeviceOut, PricesOut, StockOut
from distribute.tenancy import relais_of, workshops_of

router = api_router("", tags=["stock"])

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR, Role.WORKSHOP, Role.SERVICE)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
CampaignName = Annotated[str, Path(min_length=1, max_length=100, description="As the policy names it.")]


@router.get("/stock")
async def stock(principal: Reader, session: ReadSession) -> StockOut:
    """Free devices per category and grade, with today's price range; apart, what is set aside for campaigns."""
    return await service.stock(session, today())


@router.get("/prices", responses=raises(NoPricesYet))
async def prices(principal: Reader, session: ReadSession, on: Day | None = None) -> PricesOut:
    """The price list in force on a day."""
    return await service.prices(session, on or today())


@router.get("/devices")
async def devices(
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    status: Annotated[StockStatus | None, AfterValidator(known)] = None,
    category: Category | None = None,
    campaign: Annotated[str, Query(max_length=100, description="Set aside for this one.")] = "",
    order_id: UUID | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Page[DeviceOut]:
    """Devices: a Relais sees those promised to it, a workshop its own."""
    found = await StockRepository.from_session(session).devices(
        relais_of(principal),
        workshops_of(principal),
        status=status or "",
        category=category or "",
        campaign=campaign,
        order_id=order_id,
        q=q,
        part=paging.part,
    )
    return paging.of(found.rows, found)


@router.get("/devices/by-label/{label}", responses=raises(DeviceNotFound))
async def by_label(label: Scanned, principal: Reader, session: ReadSession) -> DeviceOut:
    """One device by its label, as scanned or typed."""
    return await service.by_label(session, principal, label)


@router.post("/devices/{device_id}/checked", responses=raises(DeviceNotFound, NothingToCheck))
async def checked(
    device_id: UUID, principal: Annotated[Principal, allow(Role.COORDINATOR, Role.WORKSHOP)], session: WriteSession
) -> DeviceOut:
    """What was taken out of a parcel is good: it may be ordered again."""
    return await service.checked(session, principal, device_id)


@router.get("/devices/{device_id}", responses=raises(DeviceNotFound))
async def device(device_id: UUID, principal: Reader, session: ReadSession) -> DeviceOut:
    """One device."""
    return await service.device(session, principal, device_id)
