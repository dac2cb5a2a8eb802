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

Pooled = asyncpg.pool.PoolConnectionProxy


class NoConnection(ConnectionError):
    """No connection was free within ten seconds: more work at once than the pool has connections."""


class Connections:
    """At most `size` at once, opened when they are needed; more transactions would only queue inside PostgreSQL."""

    def __init__(self, url: str, size: int, application_name: str) -> None:
        self.size = size
        self._url = url
        self._application_name = application_name
        self._pool: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()

    @property
    def in_use(self) -> int:
        """How many are at work now."""
        return self._pool.get_size() - self._pool.get_idle_size() if self._pool is not None else 0

    async def acquire(self) -> Pooled:
        """A connection; whoever gets it must `release` it. Raises NoConnection, or what the driver raises."""
        pool = self._pool or await self._open()
        if pool.get_idle_size():  # one is free: nothing to wait for
            return await pool.acquire()
        try:
            async with asyncio.timeout(_WAIT_S) as waiting:
                return await pool.acquire()
        except TimeoutError:
            if not waiting.expired():
                raise  # a server that does not answer
            raise NoConnection(f"None of the {self.size} connections was free within {_WAIT_S} s.") from None

    async def release(self, connection: Pooled) -> None:
        """Its transaction is over; a closed one makes room for a new one."""
        assert self._pool is not None
        await self._pool.release(connection)

    async def close(self) -> None:
        """Close what is idle, and what comes back soon; cut off what does not. The next `acquire` begins anew.

        Until then nothing is handed out: InterfaceError.
        """
        if self._pool is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._pool.close()
        except TimeoutError:
            pass  # whoever still works on one finds it closed, as when the server ends
        finally:
            self._pool = None

    async def _open(self) -> "asyncpg.Pool[Any]":
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self.size,
                    max_inactive_connection_lifetime=0,  # PostgreSQL lets go of the idle
                    init=_json_as_values,
                    reset=_nothing_to_reset,
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
            return self._pool


async def _json_as_values(connection: "asyncpg.Connection[Any]") -> None:
    """JSON goes in as text that is JSON already, and comes out as Python's values."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=str, decoder=json.loads, schema="pg_catalog")


async def _nothing_to_reset(_: "asyncpg.Connection[Any]") -> None:
    """A session changes nothing beyond its transaction: asyncpg's own reset is a round trip that finds nothing."""
