"""Pages that change while somebody looks: the browser is told that something did, and asks for the page again.

What is sent says nothing but « changed »: who may read what is settled when the page is asked for. One connection to
the database listens while anybody looks, and none otherwise.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import asyncpg
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from filiere.database import Database
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

CHANNEL = "filiere_live"
"""`NOTIFY filiere_live, 'donation:<id>'`, in the transaction of the change."""
MOST = 200
"""Who looks at one process; more are told nothing, and read the page as it is."""
LONGEST_S = 300.0
"""Then the browser asks again, and whether it may is looked at again."""
ANSWERED = "filiere.answered"
"""In a request's scope: when its answer was worked out, though it goes on being sent for minutes."""
_PING_S = 20.0
_PAUSE_S = 1.0
_KIND = "text/event-stream"


class Live:
    """What the pages of one process wait for, by key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._listener: asyncio.Task[None] | None = None
        self._ended = False

    def response(self, request: Request, key: str) -> Response:
        """Events of a key as the browser's EventSource reads them; 204, which ends it, when there is no room."""
        if _KIND not in request.headers.get("accept", "") or self._ended:
            return Response(status_code=204)
        if sum(map(len, self._waiting.values())) >= MOST:
            log.warning("live_pages_full", most=MOST)
            return Response(status_code=204)
        request.scope[ANSWERED] = time.perf_counter()
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self.changes(key), media_type=_KIND, headers=headers)

    async def changes(self, key: str) -> AsyncIterator[bytes]:
        """Told once for what changes together, at most once in a second."""
        woken = asyncio.Event()
        self._waiting.setdefault(key, set()).add(woken)
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen(), name="live")
        until = time.monotonic() + LONGEST_S
        try:
            yield b": \n\n"
            while time.monotonic() < until and not self._ended:
                try:
                    async with asyncio.timeout(_PING_S):
                        await woken.wait()
                except TimeoutError:
                    yield b": \n\n"  # a proxy closes what is silent, and who has gone is noticed
                    continue
                if self._ended:
                    return
                woken.clear()
                yield b"event: changed\ndata: 1\n\n"
                await asyncio.sleep(_PAUSE_S)
        finally:
            self._forget(key, woken)

    def end(self) -> None:
        """The process is asked to stop: let everybody go."""
        self._ended = True
        self._wake_all()

    def _forget(self, key: str, woken: asyncio.Event) -> None:
        self._waiting[key].discard(woken)
        if not self._waiting[key]:
            del self._waiting[key]
        if not self._waiting and self._listener is not None:
            self._listener.cancel()
            self._listener = None

    def _wake_all(self) -> None:
        for events in self._waiting.values():
            for woken in events:
                woken.set()

    def _heard(self, _: object, __: int, ___: str, key: object) -> None:
        for woken in self._waiting.get(str(key), ()):
            woken.set()

    async def _listen(self) -> None:
        is_first = True
        while True:
            try:
                connection = await self._database.connect()
                try:
                    gone = asyncio.Event()
                    connection.add_termination_listener(lambda *_, gone=gone: gone.set())
                    await connection.add_listener(CHANNEL, self._heard)
                    if not is_first:
                        self._wake_all()  # what was said meanwhile was not heard
                    is_first = False
                    await gone.wait()
                finally:
                    with contextlib.suppress(Exception):
                        await connection.close(timeout=2)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                log.warning("live_waits_for_database", error=summary(error))
            await asyncio.sleep(_PAUSE_S)
