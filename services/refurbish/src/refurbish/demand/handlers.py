"""What distribute says of the demand."""

from collections.abc import Sequence

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.database import AsyncSession
from filiere.events import Incoming
from filiere.kafka import Received

from refurbish.demand.repository import Demand, DemandRepository


class DemandUpdated(Incoming, type="org.filiere.distribute.demand-updated.v1"):
    """The open demand of one category, grade and territory; the last one per key is the truth."""

    category: Category
    grade: Grade
    territory: str
    wanted: int


async def project_demand(session: AsyncSession, events: Sequence[Received[DemandUpdated]]) -> None:
    """The last figure of each key in the log counts, whatever its clock says."""
    newest: dict[tuple[Category, Grade, str], Demand] = {}
    for event in (received.event for received in events):
        key = (event.category, event.grade, event.territory)
        newest[key] = Demand(*key, event.wanted, event.occurred_at)
    await DemandRepository.from_session(session).put(list(newest.values()))
