"""One letter when all that an order still waits for is estimated to be near; the estimate says that it is one."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from filiere.database import Database

from distribute.news import service as news
from distribute.orders.arrivals_repository import ArrivalsRepository, StillWaited
from distribute.orders.schemas import reference
from distribute.waiting import service as waiting
from distribute.waiting.estimates import in_words

# Near: within so many weeks. Who was answered less than so many days ago has just had a letter.
NEAR_WEEKS = 1
AFTER_DAYS = 7


async def write_of_what_is_near(database: Database) -> int:
    """Write about each order once for ever: said to be told in the transaction of its letter. How many."""
    async with database.unit_of_work() as session:
        repository = ArrivalsRepository.from_session(session)
        orders: dict[UUID, list[StillWaited]] = defaultdict(list)
        for line in await repository.untold(AFTER_DAYS):
            orders[line.order_id].append(line)
        if not orders:
            return 0
        paces = await waiting.paces(session)
        near: dict[UUID, list[tuple[StillWaited, int]]] = {}
        for order_id, lines in orders.items():
            told = [(one, paces.of(one.category, one.min_grade, one.substitutes).weeks) for one in lines]
            known = [(one, weeks) for one, weeks in told if weeks is not None and weeks <= NEAR_WEEKS]
            if len(known) == len(told):
                near[order_id] = known
        claimed = await repository.claim(list(near))
        await news.near(session, [_told(near[order_id]) for order_id in sorted(claimed)])
    return len(claimed)


def _told(lines: Sequence[tuple[StillWaited, int]]) -> news.NearOrder:
    first = lines[0][0]
    said = [{"what": one.category.plural_fr, "short": one.short, "when": in_words(weeks)} for one, weeks in lines]
    return news.NearOrder(first.relais_id, first.order_id, reference(first.number), said)
