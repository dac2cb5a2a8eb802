"""Close days, months and years: sums of the journal become an entry of it, one closer at a time."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from filiere.calendar import now, today
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.web import Principal

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
from distribute.closings.repository import ClosingsRepository
from distribute.closings.schemas import CloseDayIn, OpenDayOut, OpenTillOut
from distribute.closings.takings import Takings
from distribute.handovers.chaining import locked_journal
from distribute.tenancy import own_relais_of
from distribute.till_journal.entry import Draft, Entry
from distribute.till_journal.service import enter
from distribute.till_journal.status import EntryKind


def till_of(principal: Principal, relais_id: UUID | None) -> UUID:
    """The Relais whose till is meant. Raises NotYourTill, WhichTill."""
    own = own_relais_of(principal).ids or ()
    if relais_id is not None:
        if relais_id not in own:
            raise NotYourTill
        return relais_id
    if not own:
        raise NotYourTill
    if len(own) > 1:
        raise WhichTill
    return own[0]


async def close_day(session: AsyncSession, principal: Principal, body: CloseDayIn) -> Entry:
    """Close up to a day. Raises DayToCome, NothingToClose, DifferenceNeedsReason, MoreLeftThanCounted, NotYourTill,
    WhichTill."""
    relais_id = till_of(principal, body.relais_id)
    until = body.until or today()
    if until > today():
        raise DayToCome
    last = await locked_journal(session, relais_id)
    repository, scope = ClosingsRepository.from_session(session), Scope((relais_id,))
    before = await repository.last_day_closing(scope)
    takings = await repository.takings_after(scope, before.through, until)
    if takings.last is None:
        raise NothingToClose
    expected = before.left_cents + takings.cash_cents
    difference = body.counted_cents - expected
    if difference and body.reason is None:
        raise DifferenceNeedsReason
    if body.left_cents > body.counted_cents:
        raise MoreLeftThanCounted
    cash = {
        "cash_before_cents": before.left_cents,
        "cash_taken_cents": takings.cash_cents,
        "cash_expected_cents": expected,
        "cash_counted_cents": body.counted_cents,
        "cash_difference_cents": difference,
        "cash_reason": body.reason.value if body.reason is not None and difference else None,
        "cash_left_cents": body.left_cents,
    }
    return await _close(session, principal, relais_id, last, EntryKind.CLOSE_DAY, until.isoformat(), takings, cash)


async def close_month(session: AsyncSession, principal: Principal, relais_id: UUID | None, month: str) -> Entry:
    """Close a month. Raises PeriodNotOver, AlreadyClosed, CloseDaysFirst, NothingToClose, NotYourTill, WhichTill."""
    year, number = int(month[:4]), int(month[5:])
    days = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    return await _close_period(session, principal, relais_id, EntryKind.CLOSE_MONTH, month, days)


async def close_year(session: AsyncSession, principal: Principal, relais_id: UUID | None, year: int) -> Entry:
    """Close a year. Raises PeriodNotOver, AlreadyClosed, CloseDaysFirst, CloseMonthsFirst, NothingToClose,
    NotYourTill, WhichTill."""
    days = date(year, 1, 1), date(year, 12, 31)
    return await _close_period(session, principal, relais_id, EntryKind.CLOSE_YEAR, str(year), days)


async def open_till(session: AsyncReadSession | AsyncSession, relais_id: UUID) -> OpenTillOut:
    """What is still to close, of a Relais of the caller."""
    repository, scope = ClosingsRepository.from_session(session), Scope((relais_id,))
    before = await repository.last_day_closing(scope)
    days = await repository.takings_by_day(scope, before.through)
    closed = await repository.closed(scope)
    written = await repository.months_with_entries(scope)
    first_open = days[0][0] if days else date.max
    this_month = today().replace(day=1)
    months = [one for one in written if one < this_month and _name(one) not in closed and _end(one) < first_open]
    years = [
        year
        for year in sorted({one.year for one in written})
        if year < today().year
        and str(year) not in closed
        and all(_name(one) in closed for one in written if one.year == year)
    ]
    return OpenTillOut(
        relais_id=relais_id,
        days=[_open_day(day, takings) for day, takings in days],
        cash_before_cents=before.left_cents,
        cash_expected_cents=before.left_cents + sum(takings.cash_cents for _, takings in days),
        months=[_name(one) for one in months],
        years=years,
    )


async def _close_period(
    session: AsyncSession,
    principal: Principal,
    relais_id: UUID | None,
    kind: EntryKind,
    period: str,
    days: tuple[date, date],
) -> Entry:
    relais = till_of(principal, relais_id)
    if today() <= days[1]:
        raise PeriodNotOver
    last = await locked_journal(session, relais)
    repository, scope = ClosingsRepository.from_session(session), Scope((relais,))
    closed = await repository.closed(scope)
    if period in closed:
        raise AlreadyClosed
    before = await repository.last_day_closing(scope)
    if (await repository.takings_after(scope, before.through, days[1])).last is not None:
        raise CloseDaysFirst
    written = [one for one in await repository.months_with_entries(scope) if days[0] <= one <= days[1]]
    if not written:
        raise NothingToClose
    if kind is EntryKind.CLOSE_YEAR and any(_name(one) not in closed for one in written):
        raise CloseMonthsFirst
    takings = await repository.takings_of(scope, *days)
    return await _close(session, principal, relais, last, kind, period, takings, {})


async def _close(
    session: AsyncSession,
    principal: Principal,
    relais_id: UUID,
    last: Entry | None,
    kind: EntryKind,
    period: str,
    takings: Takings,
    cash: Mapping[str, Any],
) -> Entry:
    assert takings.first_day is not None  # there are entries: who closes has looked
    assert takings.last_day is not None
    details = {
        "period": period,
        "first_day": takings.first_day.isoformat(),
        "last_day": takings.last_day.isoformat(),
        "through": takings.last,
        **takings.details(),
        **cash,
    }
    (entry,) = await enter(
        session, relais_id, last, [Draft(kind=kind, at=now(), by=principal.subject, details=details)]
    )
    return entry


def _open_day(day: date, takings: Takings) -> OpenDayOut:
    return OpenDayOut(day=day, **takings.details())


def _name(month: date) -> str:
    return f"{month:%Y-%m}"


def _end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])
