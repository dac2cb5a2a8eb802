"""From which day to which day repairs are summed up."""

from datetime import date, timedelta
from typing import NamedTuple

from filiere.calendar import day_of, now


class Period(NamedTuple):
    first: date
    last: date

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.last + timedelta(days=1)


def period(first: date | None, last: date | None) -> Period:
    """The days asked for, in their order; without them the month that goes on."""
    today = day_of(now())
    begin = first or (last or today).replace(day=1)
    end = last or max(today, begin)
    return Period(min(begin, end), max(begin, end))
