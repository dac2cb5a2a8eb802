"""Work that waits for a word in the database: done at once when somebody says it, and now and then anyway."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg

from filiere.database import Database
from filiere.database.transient import is_transient
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

_PAUSE_S = 1.0
_LONG_PAUSE_S = 10.0
# Several works of one worker, begun together, would otherwise look together for ever, each on a connection of its own
# that is then never idle for long enough to be let go.
_SPREAD = (0.85, 1.0)


async def whenever(
    database: Database, channel: str, stopping: asyncio.Event, act: Callable[[], Awaitable[None]], anyway_s: float
) -> None:
    """Call `act` at the start, after each NOTIFY on the channel, and at least every `anyway_s` seconds, until stopped.

    The word is lost while nobody listens, hence the first call and the others. While the database is away it waits.
    Whatever else `act` raises is logged and tried again: events must go on being applied whatever happens here.
    """
    while not stopping.is_set():
        try:
            woken = asyncio.Event()
            async with _ears.setdefault(database, _Ear()).listening(database, channel, woken) as connection:
                while not (stopping.is_set() or connection.is_closed()):
                    woken.clear()
                    await act()
                    await either(anyway_s * random.uniform(*_SPREAD), woken, stopping)  # noqa: S311
        except Exception as error:  # noqa: BLE001 - see above
            if is_transient(error):
                log.warning("background_waits_for_database", channel=channel, error=summary(error))
                await either(_PAUSE_S, stopping)
            else:
                log.error("background_failed", channel=channel, error=summary(error))
                await either(_LONG_PAUSE_S, stopping)


class _Ear:
    """The one connection on which all that waits in a process for words of its database hears them."""

    def __init__(self) -> None:
        self._connection: asyncpg.Connection[Any] | None = None
        self._listeners = 0
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def listening(self, database: Database, channel: str, woken: asyncio.Event) -> AsyncIterator[Any]:
        """The connection, while each word on the channel, and its own end, sets the event."""

        def wake(*_: object) -> None:
            woken.set()

        async with self._turn:
            connection = self._connection
            if connection is None or connection.is_closed():
                connection, self._listeners = await database.connect(), 0
                self._connection = connection
            self._listeners += 1
            try:
                await connection.add_listener(channel, wake)
            except BaseException:
                await self._leave(connection)
                raise
            connection.add_termination_listener(wake)
        try:
            yield connection
        finally:
            async with self._turn:
                connection.remove_termination_listener(wake)
                with contextlib.suppress(Exception):
                    await connection.remove_listener(channel, wake)
                await self._leave(connection)

    async def _leave(self, connection: "asyncpg.Connection[Any]") -> None:
        """One listener less; the last one closes the connection."""
        if connection is not self._connection:  # it had ended, and others listen on a new one
            return
        self._listeners -= 1
        if not self._listeners:
            self._connection = None
            with contextlib.suppress(Exception):
                await connection.close(timeout=2)


_ears: WeakKeyDictionary[Database, _Ear] = WeakKeyDictionary()


async def either(seconds: float, *events: asyncio.Event) -> None:
    """Until one of the events is set, at most so long."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
