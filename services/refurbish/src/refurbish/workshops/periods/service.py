"""Say that some days are otherwise, or take that back: collect reckons with it when it chooses where a lot goes."""

from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal

from refurbish.tenancy import workshops_of
from refurbish.workshops.errors import WorkshopNotFound
from refurbish.workshops.periods.period import Period, check_fits
from refurbish.workshops.periods.repository import PeriodRepository
from refurbish.workshops.periods.schemas import NewPeriod
from refurbish.workshops.repository import Workshop, WorkshopRepository
from refurbish.workshops.service import JOURNAL, changed


async def listing(session: AsyncReadSession, principal: Principal, workshop_id: UUID) -> tuple[Workshop, list[Period]]:
    """The workshop, and its periods that are not over. Raises WorkshopNotFound."""
    scope = workshops_of(principal)
    workshop = await WorkshopRepository.from_session(session).get(scope, workshop_id)
    if workshop is None:
        raise WorkshopNotFound(workshop_id)
    return workshop, await PeriodRepository.from_session(session).to_come(scope, workshop_id, today())


async def add(session: AsyncSession, principal: Principal, workshop_id: UUID, new: NewPeriod) -> Period:
    """These days are otherwise. Raises WorkshopNotFound, PeriodsOverlap, TooManyPeriods."""
    workshop, known = await _locked(session, principal, workshop_id)
    capacity = {} if new.is_closed else new.capacity
    period = Period(uuid7(), new.first_day, new.last_day, new.is_closed, capacity)
    check_fits(period, known)
    await PeriodRepository.from_session(session).add(workshop_id, period)
    await journal.note(session, principal, JOURNAL, workshop_id, "period-said", _days(period))
    await outbox.append(session, [await changed(session, workshop)])
    return period


async def remove(session: AsyncSession, principal: Principal, workshop_id: UUID, period_id: UUID) -> None:
    """These days are as usual after all; said twice it changes nothing. Raises WorkshopNotFound."""
    workshop, known = await _locked(session, principal, workshop_id)
    period = next((one for one in known if one.id == period_id), None)
    if period is None:
        return
    await PeriodRepository.from_session(session).remove(workshop_id, period_id)
    await journal.note(session, principal, JOURNAL, workshop_id, "period-taken-back", _days(period))
    await outbox.append(session, [await changed(session, workshop)])


async def _locked(session: AsyncSession, principal: Principal, workshop_id: UUID) -> tuple[Workshop, list[Period]]:
    scope = workshops_of(principal)
    workshop = await WorkshopRepository.from_session(session).get(scope, workshop_id, for_update=True)
    if workshop is None:
        raise WorkshopNotFound(workshop_id)
    return workshop, await PeriodRepository.from_session(session).to_come(scope, workshop_id, today())


def _days(period: Period) -> dict[str, str]:
    return {"first": period.first_day.isoformat(), "last": period.last_day.isoformat()}
