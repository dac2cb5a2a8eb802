"""What distribute says of the demand."""

from collections.abc import Sequence

from filiere.catalogue.axes import Grade
from filiere.catalogue.categories import Category
from filiere.database import AsyncSession
from filiere.events import Incoming
from filiere.kafka import Received

from refurbish.queue.repository import Demand, DemandRepository


class DemandUpdated(Incoming, type="org.filiere.distribute.demand-updated.v1"):
    """The open demand of one category, grade and territory; the newest per key is the truth."""

    category: Category
    grade: Grade
    territory: str
    wanted: int


async def project_demand(session: AsyncSession, events: Sequence[Received[DemandUpdated]]) -> None:
    newest = {
        (event.category, event.grade, event.territory): Demand(
            event.category, event.grade, event.territory, event.wanted, event.occurred_at
        )
        for event in (received.event for received in events)
    }
    await DemandRepository.from_session(session).put(list(newest.values()))
