"""Continuous mode: what becomes ready is promised at once to the lines that the policy would serve next.

It is an ordinary run over the devices that are free, so promises made earlier count as history and are kept by every
later run. A worker remembers only what it looked at in vain, not to compute the same again: one that dies here loses
nothing, the next begins by looking.
"""

import asyncio

from filiere.database import Database
from filiere.jobs.waking import either, whenever
from filiere.telemetry.logs import get_logger

from distribute.allocation.errors import RunInProgress
from distribute.allocation.repository import AllocationRepository
from distribute.allocation.service import promise_at_once
from distribute.allocation.status import CONTINUOUS
from distribute.settings import DistributeSettings
from distribute.stock.projection_repository import CHANNEL

log = get_logger(__name__)

ANYWAY_S = 60.0
_BUSY_S = 0.5


async def promise_what_becomes_ready(database: Database, settings: DistributeSettings, stopping: asyncio.Event) -> None:
    """Background work of the worker; ends at once when the mode is off."""
    every = settings.continuous_allocation
    if every is None:
        return

    in_vain: str | None = None

    async def promise() -> None:
        nonlocal in_vain
        while not stopping.is_set():
            async with database.read() as session:
                state = await AllocationRepository.from_session(session).state()
            if state == in_vain:
                break
            try:
                async with database.unit_of_work() as session:
                    run_id = await promise_at_once(database, session, CONTINUOUS)
            except RunInProgress:
                await either(_BUSY_S, stopping)
            else:
                in_vain = state if run_id is None else None
                if run_id is not None:
                    log.info("devices_promised_at_once", run_id=str(run_id))
                break
        # What becomes ready meanwhile is promised together.
        await either(every.total_seconds(), stopping)

    await whenever(database, CHANNEL, stopping, promise, ANYWAY_S)
