"""A transaction on one pooled connection, and the driver's connection inside it."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

import asyncpg

if TYPE_CHECKING:
    from asyncpg.transaction import Transaction

    from filiere.database.pool import Connections


class AsyncReadSession:
    """A transaction for queries only. It takes its connection with the first statement; its owner gives it back."""

    __slots__ = ("_connection", "_connections", "_transaction")

    def __init__(self, connections: "Connections") -> None:
        self._connections = connections
        self._connection: asyncpg.pool.PoolConnectionProxy | None = None
        self._transaction: Transaction | None = None

    async def driver(self) -> "asyncpg.Connection[Any]":
        """The asyncpg connection, inside the transaction: `$1` parameters, `unnest`, COPY.

        Raises `NoConnection` when none was free in time, and what the driver raises when PostgreSQL cannot be reached.
        """
        if self._transaction is None:
            if self._connection is None:
                self._connection = await self._connections.acquire()
            transaction = self._connection.transaction()
            await transaction.start()
            self._transaction = transaction
        return cast("asyncpg.Connection[Any]", self._connection)

    async def close(self, *, broken: bool = False) -> None:
        """Roll back and give the connection back; a broken one is thrown away. The session may begin anew.

        Shielded: a cancelled request must not leave its connection behind.
        """
        if self._connection is not None:
            await asyncio.shield(self._close(broken))

    async def _close(self, broken: bool) -> None:
        connection, self._connection = self._connection, None
        transaction, self._transaction = self._transaction, None
        if connection is None:
            return
        if broken or connection.is_closed():
            connection.terminate()
        elif transaction is not None:
            try:
                await transaction.rollback()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                connection.terminate()  # what the server does not answer about, it rolls back by itself
        await self._connections.release(connection)


class AsyncSession(AsyncReadSession):
    """A transaction that may write: its owner commits it, or closes it."""

    __slots__ = ()

    async def commit(self) -> None:
        """Commit, and give the connection back. Whoever gets an exception from here must `close` the session."""
        if self._connection is None:
            return
        if self._transaction is not None:
            await self._transaction.commit()
        connection, self._connection, self._transaction = self._connection, None, None
        await self._connections.release(connection)
