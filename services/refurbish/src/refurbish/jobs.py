"""What the worker does beside its events."""

import asyncio
from collections.abc import Mapping

from filiere.database import Database
from filiere.housekeeping import take_away_files, until_stopped
from filiere.jobs.running import Handler, run_jobs
from filiere.settings import Settings

from refurbish.bulk.repository import BulkRepository
from refurbish.regrading import service as regrading
from refurbish.regrading.following import follow
from refurbish.regrading.shadow import compare

HANDLERS: Mapping[str, Handler] = {regrading.COMPARE: compare, regrading.FOLLOW: follow}
_DUE_EVERY_S = 600.0
_BULKS_KEPT_S = 30 * 86_400.0


async def do_jobs(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Background work: what is too long for a request."""
    await run_jobs(database, settings, stopping, HANDLERS)


async def switch_rules(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Background work: the stock follows a rule set on its day."""

    async def once() -> None:
        async with database.unit_of_work() as session:
            await regrading.follow_when_due(session)

    await until_stopped("rules", once, _DUE_EVERY_S, stopping)


async def forget_bulks(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Background work: what was looked at, and done, with many devices is shown for a month; journals keep it."""

    async def once() -> None:
        async with database.unit_of_work() as session:
            await BulkRepository.from_session(session).prune(_BULKS_KEPT_S)

    await until_stopped("bulks", once, _DUE_EVERY_S, stopping)


BACKGROUND = [take_away_files, do_jobs, switch_rules, forget_bulks]
