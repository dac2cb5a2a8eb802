"""Which failures pass by themselves."""

import asyncpg

_TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # the protocol of a connection that broke in the middle of a message
    asyncpg.TransactionRollbackError,  # serialization failure, deadlock
    asyncpg.LockNotAvailableError,
    asyncpg.OperatorInterventionError,  # shutdown, crash, cancelled query
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
    OSError,  # covers ConnectionError (and with it NoConnection) and TimeoutError
)


# asyncpg says by one class that a connection has gone and that it was called with what it cannot take.
_GONE = ("closed", "closing", "released", "another operation")
# Infrastructure as a rule; a statement that always takes too long, or a handler's own file, looks the same.
_DOUBTFUL = (TimeoutError, asyncpg.QueryCanceledError, asyncpg.InterfaceError, OSError)


def is_transient(error: BaseException) -> bool:
    """True for failures of the infrastructure: the same transaction may succeed later without any change."""
    if isinstance(error, asyncpg.InterfaceError):
        return any(word in str(error) for word in _GONE)
    return isinstance(error, _TRANSIENT)


def may_be_its_own(error: BaseException) -> bool:
    """Of a transient failure: the work itself could be the cause, when the infrastructure answers others meanwhile."""
    return isinstance(error, _DOUBTFUL) and not isinstance(error, ConnectionError)
