"""Which failures pass by themselves."""

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the protocol of a connection that broke in the middle of a message
    asyncpg.TransactionRollbackError,  # serialization failure, deadlock
    asyncpg.LockNotAvailableError,
    asyncpg.OperatorInterventionError,  # shutdown, crash, cancelled query
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
    PoolTimeout,
    OSError,  # covers ConnectionError and TimeoutError
)


def is_transient(error: BaseException) -> bool:
    """True for failures of the infrastructure: the same transaction may succeed later without any change."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        return error.orig is not None and is_transient(error.orig)
    if isinstance(error, AsyncAdapt_asyncpg_dbapi.Error):  # SQLAlchemy's own dress of the driver's error
        return error.__cause__ is not None and is_transient(error.__cause__)
    return isinstance(error, _TRANSIENT)
