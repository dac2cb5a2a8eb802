"""Keep the demand as distribute tells it."""

from collections.abc import Sequence

from filiere.database import AsyncSession
from filiere.kafka import Received, Subscription

from collect.wanted.incoming import DemandUpdated
from collect.wanted.repository import WantedRepository


async def project(session: AsyncSession, events: Sequence[Received[DemandUpdated]]) -> None:
    """The last figure of each key in the log counts, whatever its clock says."""
    newest = {(one.event.category, one.event.grade, one.event.territory): one.event for one in events}
    await WantedRepository.from_session(session).put([newest[key] for key in sorted(newest)])


SUBSCRIPTIONS = [Subscription("distribute.demand", [DemandUpdated], project)]
