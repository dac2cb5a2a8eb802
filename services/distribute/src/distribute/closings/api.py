"""API of closings: /till/closings."""

from typing import Annotated
from uuid import UUID

from filiere.database import Scope
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.closings import service
from distribute.closings.errors import (
    AlreadyClosed,
    CloseDaysFirst,
    CloseMonthsFirst,
    DayToCome,
    DifferenceNeedsReason,
    MoreLeftThanCounted,
    NothingToClose,
    NotYourTill,
    PeriodNotOver,
    WhichTill,
)
from distribute.closings.schemas import CloseDayIn, CloseMonthIn, CloseYearIn, ClosingOut, OpenTillOut
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.status import CLOSINGS

router = api_router("/till", tags=["till"])

Relais = Annotated[Principal, allow(Role.RELAIS)]
_OF_A_PERIOD = (
    PeriodNotOver,
    AlreadyClosed,
    CloseDaysFirst,
    CloseMonthsFirst,
    NothingToClose,
    NotYourTill,
    WhichTill,
)


@router.get("/open", responses=raises(NotYourTill, WhichTill))
async def still_open(principal: Relais, session: ReadSession, relais_id: UUID | None = None) -> OpenTillOut:
    """What is still to close: days, the cash that should be there, months and years."""
    return await service.open_till(session, service.till_of(principal, relais_id))


@router.get("/closings", responses=raises(NotYourTill, WhichTill))
async def closings(
    principal: Relais, session: ReadSession, paging: Paging, relais_id: UUID | None = None
) -> Page[ClosingOut]:
    """The closings of a till, newest first."""
    scope = Scope((service.till_of(principal, relais_id),))
    found = await TillJournalRepository.from_session(session).listing(scope, paging.part, kinds=CLOSINGS)
    return paging.of([ClosingOut.of(one) for one in found.rows], found)


@router.post(
    "/closings/days",
    status_code=201,
    responses=raises(DayToCome, NothingToClose, DifferenceNeedsReason, MoreLeftThanCounted, NotYourTill, WhichTill),
)
async def close_day(body: CloseDayIn, principal: Relais, session: WriteSession) -> ClosingOut:
    """Close the till up to a day; the cash that was counted stands against what is expected."""
    return ClosingOut.of(await service.close_day(session, principal, body))


@router.post(
    "/closings/months",
    status_code=201,
    responses=raises(*_OF_A_PERIOD),
)
async def close_month(body: CloseMonthIn, principal: Relais, session: WriteSession) -> ClosingOut:
    """Close a month that is over."""
    return ClosingOut.of(await service.close_month(session, principal, body.relais_id, body.month))


@router.post(
    "/closings/years",
    status_code=201,
    responses=raises(*_OF_A_PERIOD),
)
async def close_year(body: CloseYearIn, principal: Relais, session: WriteSession) -> ClosingOut:
    """Close a year that is over."""
    return ClosingOut.of(await service.close_year(session, principal, body.relais_id, body.year))
