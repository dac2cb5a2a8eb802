"""Keep the demand as distribute tells it."""

from collections.abc import Sequence

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.database import AsyncSession
from filiere.kafka import Received, Subscription

from refurbish.demand.incoming import DemandUpdated
from refurbish.demand.repository import Demand, DemandRepository


async def project_demand(session: AsyncSession, events: Sequence[Received[DemandUpdated]]) -> None:
    """The last figure of each key in the log counts, whatever its clock says."""
    newest: dict[tuple[Category, Grade, str], Demand] = {}
    for event in (received.event for received in events):
        key = (event.category, event.grade, event.territory)
        newest[key] = Demand(*key, event.wanted, event.occurred_at)
    await DemandRepository.from_session(session).put(list(newest.values()))


SUBSCRIPTIONS = [Subscription("distribute.demand", [DemandUpdated], project_demand)]
