"""Where a device waits on the chain, since when, and how long is long."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from filiere.calendar import start_of, today

from collect.devices.ages import LATE_DAYS, STUCK_DAYS
from collect.devices.stage import Stage

WAITING = (
    Stage.ACCEPTED, Stage.COLLECTED, Stage.IN_TRANSIT, Stage.ARRIVED, Stage.ERASED, Stage.TESTED, Stage.GRADED,
    Stage.READY, Stage.RESERVED, Stage.SHIPPED, Stage.DELIVERED,
)  # fmt: skip
"""Every stage that somebody still has something to do at, in the order of the chain."""


class Age(StrEnum):
    """How long a device has stood where it is."""

    WAITING = "attente"
    LATE = "retard"
    STUCK = "bloque"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]

    def days(self) -> tuple[date | None, date | None]:
        """(from, until before): since which days a device of this age stands there; whole days, as pages say them."""
        late, stuck = today() - timedelta(days=LATE_DAYS), today() - timedelta(days=STUCK_DAYS)
        return {Age.WAITING: (late, None), Age.LATE: (stuck, late), Age.STUCK: (None, stuck)}[self]

    def between(self) -> tuple[datetime | None, datetime | None]:
        """The same as instants."""
        since, until = self.days()
        return start_of(since) if since else None, start_of(until) if until else None


_FRENCH = {
    Age.WAITING: f"depuis {LATE_DAYS} jours au plus",
    Age.LATE: f"en retard : {LATE_DAYS} à {STUCK_DAYS} jours",
    Age.STUCK: f"bloqués : plus de {STUCK_DAYS} jours",
}
