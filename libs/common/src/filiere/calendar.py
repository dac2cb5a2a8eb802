"""The one clock and calendar: an instant is UTC, a day is a day of Paris, whatever the servers' clocks are set to.

Nothing else asks the system for the time or cuts an instant to a day, in Python or in SQL (`tests/test_architecture.py`
looks): two readings would put what happens at 00:30 in Paris into two days.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def _system() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _system


def now() -> datetime:
    """The present instant, in UTC."""
    return _clock()


def today() -> date:
    """The day it is in Paris."""
    return day_of(now())


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let the clock of this process stand at a moment; for tests."""
    global _clock
    before, _clock = _clock, lambda: moment.astimezone(UTC)
    try:
        yield
    finally:
        _clock = before


def day_of(moment: datetime) -> date:
    """The day a moment belongs to."""
    return moment.astimezone(PARIS).date()


def start_of(day: date) -> datetime:
    """The instant a day begins, in UTC."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants that bound days, both included: from the first until just before the second."""
    return start_of(first), start_of(last + timedelta(days=1))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    return months_before(day, -months)


def day_sql(instant: str) -> str:
    """SQL of the day that an instant (a column's name, an expression of ours) belongs to."""
    return f"({instant} AT TIME ZONE '{PARIS.key}')::date"


def start_sql(day: str) -> str:
    """SQL of the instant that a day (a column's name, an expression of ours) begins."""
    return f"(({day})::timestamp AT TIME ZONE '{PARIS.key}')"


def month_sql(instant: str) -> str:
    """SQL of the first day of its month."""
    return f"date_trunc('month', {instant} AT TIME ZONE '{PARIS.key}')::date"
