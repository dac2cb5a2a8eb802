"""A transaction on one pooled connection, and the driver's connection inside it.

BEGIN, COMMIT and ROLLBACK are statements of ours: asyncpg's transactions drop what PostgreSQL answers to COMMIT, and it
answers ROLLBACK, without any error, where a statement failed inside and somebody passed over it.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from filiere.database.pool import Connections

# What is said of a connection that its server, or the way to it, has ended.
_ENDED = (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
_NOT_ANSWERED = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class NothingWasKept(RuntimeError):
    """A statement of this transaction failed, and whoever caught its error went on as if it had not."""


class AsyncReadSession:
    """A transaction for queries only. It takes its connection with the first statement; its owner gives it back."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: "Connections") -> None:
        self._connections = connections
        self._connection: asyncpg.Connection[Any] | None = None

    async def driver(self) -> "asyncpg.Connection[Any]":
        """The asyncpg connection, inside the transaction: `$1` parameters, `unnest`, COPY.

        Raises `NoConnection` when none was free in time, and what the driver raises when PostgreSQL cannot be reached.
        """
        return self._connection or await self._begin(again=True)

    async def _begin(self, *, again: bool) -> "asyncpg.Connection[Any]":
        connection = await self._connections.acquire()
        try:
            await connection.execute("BEGIN")
        except BaseException as error:
            self._connections.throw_away(connection)  # nobody knows whether it has begun
            if not again or not isinstance(error, _ENDED):
                raise
            # It ended while it lay idle, before anything was asked of it.
            return await self._begin(again=False)
        self._connection = connection
        return connection

    async def close(self, *, broken: bool = False) -> None:
        """Roll back and give the connection back; a broken one is thrown away. The session may begin anew.

        Shielded: a cancelled request must not leave its connection behind.
        """
        if self._connection is not None:
            await asyncio.shield(self._close(broken))

    async def _close(self, broken: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if broken:
            self._connections.throw_away(connection)
            return
        try:
            await connection.execute("ROLLBACK")
        except BaseException as error:
            self._connections.throw_away(connection)  # what the server does not answer about, it rolls back by itself
            if not isinstance(error, _NOT_ANSWERED):
                raise
        else:
            self._connections.release(connection)


class AsyncSession(AsyncReadSession):
    """A transaction that may write: its owner commits it, or closes it."""

    __slots__ = ()

    async def commit(self) -> None:
        """Commit, and give the connection back. Whoever gets an exception from here must `close` the session.

        Raises NothingWasKept.
        """
        if self._connection is None:
            return
        if await self._connection.execute("COMMIT") != "COMMIT":
            raise NothingWasKept("PostgreSQL rolled back what was to be committed: a statement had failed before.")
        connection, self._connection = self._connection, None
        self._connections.release(connection)
