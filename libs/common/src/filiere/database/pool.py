"""The connections of one process to its service's database."""

import asyncio
import json
from typing import Any

import asyncpg

# A machine that vanishes does not say goodbye: PostgreSQL has to ask, or it keeps the locks of the dead for two hours
# (Linux's default), the relay's among them. Eight seconds of silence, then three questions three seconds apart; and
# bytes nobody has acknowledged for 20 s are an answer too.
NOTICE_THE_DEAD = {
    "tcp_keepalives_idle": "8",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
# A frozen process still answers those questions: what it holds open and does not use is taken from it in the end.
_NOTICE_THE_FROZEN = {"idle_in_transaction_session_timeout": "5min"}
# What PostgreSQL cuts or writes of an instant is never in the time zone that a server happens to be set to.
IN_UTC = {"timezone": "UTC"}
# A connection costs PostgreSQL 5 MB while it stands: what nobody has used for a minute is let go. The pool hands out
# the one used last, so that the others come to rest, and never one that is closed.
_LET_GO_OF_THE_IDLE = {"idle_session_timeout": "1min"}

CONNECT_TIMEOUT_S = 5
COMMAND_TIMEOUT_S = 60
_WAIT_S = 10
_CLOSE_S = 5


class NoConnection(ConnectionError):
    """No connection was free within ten seconds: more work at once than the pool has connections."""


class Connections:
    """At most `size` at once, opened when they are needed; more transactions would only queue inside PostgreSQL.

    asyncpg's own pool costs a task at each return and a wrapper around each statement, a tenth of a command, and lets
    whoever comes now overtake whoever waits: here they take turns, which halves the longest waits.
    """

    def __init__(self, url: str, size: int, application_name: str) -> None:
        self.size = size
        self._url = url
        self._application_name = application_name
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._turns = asyncio.Semaphore(self.size)
        self._idle: list[asyncpg.Connection[Any]] = []  # the last one used is the next one taken
        self._at_work: set[asyncpg.Connection[Any]] = set()
        self._all_back: asyncio.Event | None = None  # while the pool closes

    @property
    def in_use(self) -> int:
        """How many are at work now."""
        return len(self._at_work)

    async def acquire(self) -> "asyncpg.Connection[Any]":
        """A connection; whoever gets it must `release` it, or `throw_away`.

        Raises NoConnection, what the driver raises when it cannot connect, and InterfaceError while the pool closes.
        """
        turns = self._turns
        if turns.locked():
            await self._wait(turns)
        else:
            await turns.acquire()  # does not wait
        try:
            self._check_open(turns)
            connection = self._take_idle() or await self._connect()
            try:
                self._check_open(turns)
            except asyncpg.InterfaceError:
                connection.terminate()
                raise
        except BaseException:
            turns.release()
            raise
        self._at_work.add(connection)
        return connection

    def release(self, connection: "asyncpg.Connection[Any]") -> None:
        """Its transaction is over."""
        if connection.is_closed():
            self.throw_away(connection)
        elif self._left(connection):
            self._idle.append(connection)

    def throw_away(self, connection: "asyncpg.Connection[Any]") -> None:
        """Close it at once; there is room for a new one."""
        connection.terminate()
        self._left(connection)

    async def let_idle_go(self) -> None:
        """Close what is idle now: a connection that has seen much costs PostgreSQL 10 MB, a new one 3."""
        idle, self._idle = self._idle, []
        for connection in idle:
            try:
                await connection.close(timeout=_CLOSE_S)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # TimeoutError is an OSError
                connection.terminate()

    async def close(self) -> None:
        """Close what is idle, and what comes back soon; cut off what does not. The next `acquire` begins anew.

        Until then nothing is handed out: InterfaceError.
        """
        self._all_back = asyncio.Event()
        try:
            async with asyncio.timeout(_CLOSE_S):
                if self._at_work:
                    await self._all_back.wait()
                while self._idle:
                    await self._idle.pop().close()
        except TimeoutError:
            pass  # whoever still works on one finds it closed, as when the server ends
        finally:
            for connection in self._idle:
                connection.terminate()
            for connection in tuple(self._at_work):
                self.throw_away(connection)  # and whoever waits for its turn is told at once
            self._begin_anew()

    def _check_open(self, turns: asyncio.Semaphore) -> None:
        if self._all_back is not None or turns is not self._turns:
            raise asyncpg.InterfaceError("The connections are being closed.")

    def _left(self, connection: "asyncpg.Connection[Any]") -> bool:
        """Whether it was at work, and no longer is: not one that the closed pool has cut off."""
        if connection not in self._at_work:
            return False
        self._at_work.remove(connection)
        self._turns.release()
        if self._all_back is not None and not self._at_work:
            self._all_back.set()
        return True

    async def _wait(self, turns: asyncio.Semaphore) -> None:
        try:
            async with asyncio.timeout(_WAIT_S):
                await turns.acquire()
        except TimeoutError:
            raise NoConnection(f"None of the {self.size} connections was free within {_WAIT_S} s.") from None

    def _take_idle(self) -> "asyncpg.Connection[Any] | None":
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():  # else the server has let go of it
                return connection
        return None

    async def _connect(self) -> "asyncpg.Connection[Any]":
        connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=COMMAND_TIMEOUT_S,
            server_settings={
                "application_name": self._application_name,
                "jit": "off",
                **IN_UTC,
                **NOTICE_THE_DEAD,
                **_NOTICE_THE_FROZEN,
                **_LET_GO_OF_THE_IDLE,
            },
        )
        try:
            await _json_as_values(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection


async def _json_as_values(connection: "asyncpg.Connection[Any]") -> None:
    """JSON goes in as text that is JSON already, and comes out as Python's values."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=str, decoder=json.loads, schema="pg_catalog")
