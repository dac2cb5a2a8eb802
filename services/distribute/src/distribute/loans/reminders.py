"""A loan past the day of its return is written about once, to the Relais that lent."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from filiere.calendar import today
from filiere.database import Database

from distribute.loans.repository import LoansRepository
from distribute.news import service as news


async def remind_of_loans(database: Database) -> int:
    """Each loan once for ever: said to be told in the transaction of its letter. How many loans."""
    async with database.unit_of_work() as session:
        late = await LoansRepository.from_session(session).remind(today())
        by_relais: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for one in late:
            by_relais[one.relais_id].append({"place": one.place, "due_on": one.due_on.isoformat(), "out": one.out})
        await news.not_back(session, dict(sorted(by_relais.items())))
    return len(late)
