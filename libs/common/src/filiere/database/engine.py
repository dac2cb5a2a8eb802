"""Engine, sessions and the unit of work: one transaction per request or message, committed at its edge."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NewType, cast

import asyncpg
from sqlalchemy import event as sa_event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.asyncio import AsyncSession as SQLAlchemySession
from sqlalchemy.util import greenlet_spawn

_BROKEN = (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError, OSError)

# Two names for one class: mypy refuses a read session where a write session is asked for.
AsyncReadSession = NewType("AsyncReadSession", SQLAlchemySession)
AsyncSession = NewType("AsyncSession", AsyncReadSession)


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
            pool_pre_ping=False,  # a broken connection is a transient error, retried by its caller
            connect_args={
                "timeout": 5,
                "command_timeout": 60,
                "server_settings": {"application_name": application_name, "jit": "off"},
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
        return cast(AsyncSession, SQLAlchemySession(self.engine, expire_on_commit=False, autoflush=True))

    async def finish(self, session: AsyncSession) -> None:
        """Commit, and let go. Whoever gets an exception from here must `abandon` the session."""
        await session.commit()
        session.sync_session.close()  # without a transaction nothing is awaited: the connection is back already

    async def abandon(self, session: AsyncSession, error: BaseException) -> None:
        """Roll back because of this error. Shielded: a cancelled request must not leave its connection behind."""
        if isinstance(error, _BROKEN):  # the driver is in an unknown state: the pool must not have it back
            await asyncio.shield(session.invalidate())
        await asyncio.shield(session.close())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncReadSession]:
        """A session for queries only; nothing it does is kept."""
        async with SQLAlchemySession(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield cast(AsyncReadSession, session)

    async def connect(self) -> "asyncpg.Connection[Any]":
        """A connection of its own outside the pool, for LISTEN and for advisory locks held for long."""
        return await asyncpg.connect(self.url, timeout=5, server_settings={"application_name": "filiere-relay"})

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


async def driver_connection(session: AsyncReadSession | AsyncSession) -> "asyncpg.Connection[Any]":
    """The asyncpg connection under a session, in the same transaction, for set-based SQL on the hot paths."""
    sync = session.sync_session
    known = sync.info.get("driver")
    # Finding it costs two greenlets; a command asks for it several times in its one transaction.
    if known is not None and known[0] is sync.get_transaction():
        return cast("asyncpg.Connection[Any]", known[1])
    connection = await greenlet_spawn(sync.connection)
    adapter: Any = connection.connection.dbapi_connection
    # SQLAlchemy opens the transaction at its own first statement; what runs on the driver must be inside it too.
    if adapter._transaction is None:
        await adapter._start_transaction()
    sync.info["driver"] = (sync.get_transaction(), adapter.driver_connection)
    return cast("asyncpg.Connection[Any]", adapter.driver_connection)
