"""Which failures pass by themselves."""

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # the protocol of a connection that broke in the middle of a message
    asyncpg.TransactionRollbackError,  # serialization failure, deadlock
    asyncpg.LockNotAvailableError,
    asyncpg.OperatorInterventionError,  # shutdown, crash, cancelled query
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
    PoolTimeout,
    OSError,  # covers ConnectionError and TimeoutError
)


# asyncpg says by one class that a connection has gone and that it was called with what it cannot take.
_GONE = ("closed", "closing", "released", "another operation")
# Infrastructure as a rule; a statement that always takes too long, or a handler's own file, looks the same.
_DOUBTFUL = (TimeoutError, asyncpg.QueryCanceledError, asyncpg.InterfaceError, OSError)


def is_transient(error: BaseException) -> bool:
    """True for failures of the infrastructure: the same transaction may succeed later without any change."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = _cause(error)
    if isinstance(cause, asyncpg.InterfaceError):
        return any(word in str(cause) for word in _GONE)
    return isinstance(cause, _TRANSIENT)


def may_be_its_own(error: BaseException) -> bool:
    """Of a transient failure: the work itself could be the cause, when the infrastructure answers others meanwhile."""
    cause = _cause(error)
    return isinstance(cause, _DOUBTFUL) and not isinstance(cause, ConnectionError)


def _cause(error: BaseException) -> BaseException:
    """What the driver raised, without SQLAlchemy's dresses."""
    while True:
        if isinstance(error, DBAPIError) and error.orig is not None:
            error = error.orig
        elif isinstance(error, AsyncAdapt_asyncpg_dbapi.Error) and error.__cause__ is not None:
            error = error.__cause__
        else:
            return error
