"""JSON API of the periods."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises

from refurbish.tenancy import AT_WORK, LEADS
from refurbish.workshops.errors import WorkshopNotFound
from refurbish.workshops.periods import service
from refurbish.workshops.periods.errors import PeriodsOverlap, TooManyPeriods
from refurbish.workshops.periods.schemas import NewPeriod, PeriodOut

router = api_router("/workshops")


@router.get("/{workshop_id}/periods", responses=raises(WorkshopNotFound))
async def list_periods(
    workshop_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> list[PeriodOut]:
    """Days to come on which it takes less than usual, or more, or nothing; the next ones first."""
    _, found = await service.listing(session, principal, workshop_id)
    return [PeriodOut.of(one) for one in found]


@router.post(
    "/{workshop_id}/periods", status_code=201, responses=raises(WorkshopNotFound, PeriodsOverlap, TooManyPeriods)
)
async def add_period(
    workshop_id: UUID, body: NewPeriod, principal: Annotated[Principal, LEADS], session: WriteSession
) -> PeriodOut:
    """Say that some days are otherwise."""
    return PeriodOut.of(await service.add(session, principal, workshop_id, body))


@router.delete("/{workshop_id}/periods/{period_id}", status_code=204, responses=raises(WorkshopNotFound))
async def remove_period(
    workshop_id: UUID, period_id: UUID, principal: Annotated[Principal, LEADS], session: WriteSession
) -> None:
    """They are as usual after all."""
    await service.remove(session, principal, workshop_id, period_id)
