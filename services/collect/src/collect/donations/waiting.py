"""How long a donation has been where it is, and the filters of lists that ask for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from filiere.calendar import day_of, now, today

from collect.donations.status import DonationStatus

SINCE = {"1": "plus d'un jour", "3": "plus de 3 jours", "7": "plus d'une semaine", "30": "plus de 30 jours"}
"""Values of the filter « depuis », in days."""
GOOD_DAYS = 7
NEWS = {
    "words": "avec un mot à lire",
    "proposed": "avec des jours proposés",
    "found": "avec des équipements retrouvés",
    "accepted": "acceptés ces 7 derniers jours",
    "handed_over": "remis à quelqu'un ces 7 derniers jours",
}
"""Values of the filter « nouvelles »."""


class HasMoments(Protocol):
    """What knows when it came to each state."""

    @property
    def status(self) -> DonationStatus: ...
    @property
    def submitted_at(self) -> datetime | None: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def pickup_on(self) -> date | None: ...
    @property
    def collected_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Since:
    """In its present state for so long; of an appointment: as long as it is past."""

    moment: datetime
    day: date

    @classmethod
    def days(cls, days: int) -> "Since":
        moment = now() - timedelta(days=days)
        return cls(moment, day_of(moment))


def days_waiting(donation: HasMoments) -> int | None:
    """Whole days since somebody should act; None when nobody is awaited (a date that is to come is nobody's fault)."""
    since: date | datetime | None = {
        DonationStatus.SUBMITTED: donation.submitted_at,
        DonationStatus.ACCEPTED: donation.answered_at,
        DonationStatus.SCHEDULED: donation.pickup_on,
        DonationStatus.COLLECTED: donation.collected_at,
    }.get(donation.status)
    if since is None:
        return None
    days = (today() - (day_of(since) if isinstance(since, datetime) else since)).days
    return days if days > 0 else None
