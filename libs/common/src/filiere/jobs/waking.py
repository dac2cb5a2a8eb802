"""Work that waits for a word in the database: done at once when somebody says it, and now and then anyway."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from filiere.database import Database
from filiere.database.transient import is_transient
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

_PAUSE_S = 1.0
_LONG_PAUSE_S = 10.0


async def whenever(
    database: Database, channel: str, stopping: asyncio.Event, act: Callable[[], Awaitable[None]], anyway_s: float
) -> None:
    """Call `act` at the start, after each NOTIFY on the channel, and every `anyway_s` seconds, until stopped.

    The word is lost while nobody listens, hence the first call and the others. While the database is away it waits.
    Whatever else `act` raises is logged and tried again: events must go on being applied whatever happens here.
    """
    while not stopping.is_set():
        try:
            connection = await database.connect()
            try:
                woken = asyncio.Event()
                await connection.add_listener(channel, lambda *_, woken=woken: woken.set())
                connection.add_termination_listener(lambda *_, woken=woken: woken.set())
                while not (stopping.is_set() or connection.is_closed()):
                    woken.clear()
                    await act()
                    await either(anyway_s, woken, stopping)
            finally:
                with contextlib.suppress(Exception):
                    await connection.close(timeout=2)
        except Exception as error:  # noqa: BLE001 - see above
            if is_transient(error):
                log.warning("background_waits_for_database", channel=channel, error=summary(error))
                await either(_PAUSE_S, stopping)
            else:
                log.error("background_failed", channel=channel, error=summary(error))
                await either(_LONG_PAUSE_S, stopping)


async def either(seconds: float, *events: asyncio.Event) -> None:
    """Until one of the events is set, at most so long."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
