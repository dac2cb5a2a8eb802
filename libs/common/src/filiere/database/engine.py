"""The unit of work: one transaction per request or message, committed at its edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from filiere.database.pool import COMMAND_TIMEOUT_S, CONNECT_TIMEOUT_S, IN_UTC, NOTICE_THE_DEAD, Connections
from filiere.database.session import AsyncReadSession, AsyncSession

# After these the driver is in an unknown state: the pool must not have the connection back.
_BROKEN = (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError, OSError)


class Database:
    """One service's PostgreSQL database: a pool, and sessions from it."""

    def __init__(self, url: str, *, pool_size: int = 8, application_name: str = "filiere") -> None:
        self.url = url
        self.connections = Connections(url, pool_size, application_name)

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
        return AsyncSession(self.connections)

    async def finish(self, session: AsyncSession) -> None:
        """Commit, and let go. Whoever gets an exception from here must `abandon` the session."""
        await session.commit()

    async def abandon(self, session: AsyncReadSession, error: BaseException | None = None) -> None:
        """Roll back, because of this error if there is one, and let go; the session may be used again, from nothing."""
        await session.close(broken=isinstance(error, _BROKEN))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncReadSession]:
        """A session for queries only; nothing it does is kept."""
        session = AsyncReadSession(self.connections)
        try:
            yield session
        except BaseException as error:
            await self.abandon(session, error)
            raise
        await session.close()

    async def connect(self) -> "asyncpg.Connection[Any]":
        """A connection of its own outside the pool, for LISTEN and for advisory locks held for long."""
        return await asyncpg.connect(
            self.url,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=COMMAND_TIMEOUT_S,
            server_settings={"application_name": "filiere-relay", **IN_UTC, **NOTICE_THE_DEAD},
        )

    async def ping(self) -> None:
        """One round trip; raises what the driver raises when the database cannot be reached."""
        async with self.read() as session:
            await session.driver()

    async def dispose(self) -> None:
        """Close the connections; the next session opens new ones."""
        await self.connections.close()
