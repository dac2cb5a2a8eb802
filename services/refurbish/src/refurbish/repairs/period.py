"""From which day to which day repairs are summed up."""

from datetime import date, datetime
from typing import NamedTuple

from filiere.calendar import bounds, today


class Period(NamedTuple):
    first: date
    last: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """From the first until just before the second."""
        return bounds(self.first, self.last)


def period(first: date | None, last: date | None) -> Period:
    """The days asked for, in their order; without them the month that goes on."""
    begin = first or (last or today()).replace(day=1)
    end = last or max(today(), begin)
    return Period(min(begin, end), max(begin, end))
