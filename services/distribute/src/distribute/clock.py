"""The calendar of our users: days begin and end in Paris, whatever the server's clock says."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is for the people who use the pages."""
    return datetime.now(PARIS).date()


def day_of(moment: datetime) -> date:
    """The day a moment belongs to, in Paris."""
    return moment.astimezone(PARIS).date()
