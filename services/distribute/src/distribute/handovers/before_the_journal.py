"""Enter what was handed over before the journal, or by a process of the release before, without waiting for a sale."""

import asyncio

from filiere.database import Database
from filiere.jobs.waking import whenever

from distribute.handovers.chaining import locked_journal
from distribute.handovers.repository import HandoversRepository
from distribute.settings import DistributeSettings

CHANNEL = "filiere_till"  # nobody has to say a word: it looks now and then
ANYWAY_S = 600.0


async def enter_what_is_from_before(database: Database, _: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work of the worker: one till at a time, each in a transaction of its own."""

    async def look() -> None:
        async with database.read() as session:
            waiting = await HandoversRepository.from_session(session).with_unchained()
        for relais_id in waiting:
            if stopping.is_set():
                break
            async with database.unit_of_work() as session:
                await locked_journal(session, relais_id)

    await whenever(database, CHANNEL, stopping, look, ANYWAY_S)
