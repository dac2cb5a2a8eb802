"""Continuous mode: what becomes ready is promised at once to the lines that the policy would serve next.

It is an ordinary run over the devices that are free, so promises made earlier count as history and are kept by every
later run. Nothing is remembered between two runs: a worker that dies here loses nothing, the next begins by looking.
"""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

from filiere.database import Database
from filiere.database.transient import is_transient
from filiere.settings import Settings
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger

from distribute.allocation.errors import RunInProgress
from distribute.allocation.service import promise_at_once
from distribute.settings import DistributeSettings
from distribute.stock.projection import CHANNEL

log = get_logger(__name__)

BY = "continuous"
# Backs up the wake-up, which is lost while the connection that listens is away.
_LOOK_ANYWAY_S = 60.0
_PAUSE_S = 1.0


async def promise_what_becomes_ready(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Run until stopped; returns at once when the mode is off. Raises what is not a passing fault of the database."""
    assert isinstance(settings, DistributeSettings)
    if settings.continuous_allocation is None:
        return
    while not stopping.is_set():
        try:
            connection = await database.connect()
            try:
                await _watch(connection, database, settings.continuous_allocation, stopping)
            finally:
                with contextlib.suppress(Exception):
                    await connection.close(timeout=2)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("continuous_allocation_waits_for_database", error=summary(error))
            await _either(_PAUSE_S, stopping)


async def _watch(connection: Any, database: Database, every: timedelta, stopping: asyncio.Event) -> None:
    arrived = asyncio.Event()
    await connection.add_listener(CHANNEL, lambda *_: arrived.set())
    arrived.set()  # what became ready while nobody listened
    while not stopping.is_set():
        await _either(_LOOK_ANYWAY_S, arrived, stopping)
        if stopping.is_set():
            return
        if connection.is_closed():
            raise ConnectionResetError("the connection that listens for ready devices is gone")
        arrived.clear()
        try:
            async with database.unit_of_work() as session:
                run_id = await promise_at_once(session, BY)
        except RunInProgress:
            arrived.set()
        else:
            if run_id is not None:
                log.info("devices_promised_at_once", run_id=str(run_id))
        await _either(max(every.total_seconds(), 0.1), stopping)


async def _either(seconds: float, *events: asyncio.Event) -> None:
    """Until one of the events is set, at most so long."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
