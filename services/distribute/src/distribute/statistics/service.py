"""Tell of quarters that are over, once each."""

from datetime import date, timedelta

from filiere.calendar import bounds, months_after, today
from filiere.database import Database
from filiere.geography import locality_of_address

from distribute.publics import publics
from distribute.statistics.repository import StatisticsRepository
from distribute.statistics.road import Counted, road
from distribute.statistics.telling import blocks

SETTLES_DAYS = 7
"""After a quarter: what was handed over without the network, and undone, is in by then."""


async def tell_of_what_is_over(database: Database) -> int:
    """Each quarter that is over and not told yet, in a transaction of its own; how many."""
    async with database.read() as session:
        repository = StatisticsRepository.from_session(session)
        began, told = await repository.began_on(), set(await repository.told())
    if began is None:
        return 0
    done = 0
    first = quarter_of(began)
    while (after := months_after(first, 3)) + timedelta(days=SETTLES_DAYS) <= today():
        if first not in told:
            done += await _tell(database, first, after)
        first = after
    return done


async def _tell(database: Database, first: date, after: date) -> int:
    async with database.unit_of_work() as session:
        repository = StatisticsRepository.from_session(session)
        quarter_id = await repository.claim(first)
        if quarter_id is None:
            return 0
        localities = {
            relais_id: locality_of_address(insee, postcode).value
            for relais_id, insee, postcode in await repository.addresses()
        }
        between = bounds(first, after - timedelta(days=1))
        for counted in Counted:
            counts = await repository.counts(counted, between, localities, list(publics()))
            await repository.tell(quarter_id, counted, blocks(counts, road(counted, set(localities.values()))))
    return 1


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
