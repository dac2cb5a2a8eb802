"""Engine, sessions and the unit of work: one transaction per request or message, committed at its edge."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event as sa_event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from filiere.database.session import AsyncReadSession, AsyncSession, close_session, commit_session, open_session

_BROKEN = (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError, OSError)

# A machine that vanishes does not say goodbye: PostgreSQL has to ask, or it keeps the locks of the dead for two hours
# (Linux's default), the relay's among them. Eight seconds of silence, then three questions three seconds apart; and
# bytes nobody has acknowledged for 20 s are an answer too.
_NOTICE_THE_DEAD = {
    "tcp_keepalives_idle": "8",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
# A frozen process still answers those questions: what it holds open and does not use is taken from it in the end.
_NOTICE_THE_FROZEN = {"idle_in_transaction_session_timeout": "5min"}
# What PostgreSQL cuts or writes of an instant is never in the time zone that a server happens to be set to.
_IN_UTC = {"timezone": "UTC"}
# A connection costs PostgreSQL 5 MB while it stands: what nobody has used for a minute is let go. The pool hands out
# the one used last, so that the others come to rest, and never one that is closed.
_LET_GO_OF_THE_IDLE = {"idle_session_timeout": "1min"}
_COMMAND_TIMEOUT_S = 60


def asyncpg_url(url: str) -> URL:
    """SQLAlchemy's form of an ordinary `postgresql://` address."""
    return make_url(url).set(drivername="postgresql+asyncpg")


class Database:
    """One service's PostgreSQL database: a pool, and sessions from it."""

    def __init__(self, url: str, *, pool_size: int = 8, application_name: str = "filiere") -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            asyncpg_url(url),
            pool_size=pool_size,
            max_overflow=0,  # more in-flight transactions than this only queue inside PostgreSQL
            pool_timeout=10,
            pool_use_lifo=True,
            pool_pre_ping=False,  # a broken connection is a transient error, retried by its caller
            connect_args={
                "timeout": 5,
                "command_timeout": _COMMAND_TIMEOUT_S,
                "server_settings": {
                    "application_name": application_name,
                    "jit": "off",
                    **_IN_UTC,
                    **_NOTICE_THE_DEAD,
                    **_NOTICE_THE_FROZEN,
                    **_LET_GO_OF_THE_IDLE,
                },
            },
        )

        sa_event.listen(self.engine.sync_engine, "checkout", _refuse_closed)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction: commits when the block ends, rolls back when it raises."""
        session = self.begin()
        try:
            yield session
            await self.finish(session)
        except BaseException as error:
            await self.abandon(session, error)
            raise

    def begin(self) -> AsyncSession:
        """A session whose owner must `finish` it, or `abandon` it; opens no connection yet."""
        return open_session(self.engine, autoflush=True)

    async def finish(self, session: AsyncSession) -> None:
        """Commit, and let go. Whoever gets an exception from here must `abandon` the session."""
        await commit_session(session)

    async def abandon(self, session: AsyncReadSession, error: BaseException | None = None) -> None:
        """Roll back, because of this error if there is one, and let go; the session may be used again, from nothing.

        Shielded: a cancelled request must not leave its connection behind.
        """
        # After these the driver is in an unknown state: the pool must not have the connection back.
        await asyncio.shield(close_session(session, broken=isinstance(error, _BROKEN)))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncReadSession]:
        """A session for queries only; nothing it does is kept."""
        session = open_session(self.engine, autoflush=False)
        try:
            yield session
        except BaseException as error:
            await self.abandon(session, error)
            raise
        await asyncio.shield(close_session(session))

    async def connect(self) -> "asyncpg.Connection[Any]":
        """A connection of its own outside the pool, for LISTEN and for advisory locks held for long."""
        settings = {"application_name": "filiere-relay", **_IN_UTC, **_NOTICE_THE_DEAD}
        return await asyncpg.connect(self.url, timeout=5, command_timeout=_COMMAND_TIMEOUT_S, server_settings=settings)

    async def ping(self) -> None:
        """One round trip; raises what the driver raises when the database cannot be reached."""
        async with self.engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")

    async def dispose(self) -> None:
        await self.engine.dispose()


def _refuse_closed(dbapi_connection: Any, _: object, __: object) -> None:
    """Never hand out a connection that the server has closed; costs no round trip, unlike a ping."""
    if dbapi_connection.driver_connection.is_closed():
        raise DisconnectionError
