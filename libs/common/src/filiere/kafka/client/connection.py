"""What every client of the broker needs: a bound on each await, and a way out of one that does not end."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from aiokafka.errors import KafkaError

from filiere.kafka.ports import BrokerUnavailable
from filiere.kafka.security import security
from filiere.settings import Settings
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)
T = TypeVar("T")


def address(settings: Settings) -> dict[str, Any]:
    """Where the broker is and how to prove who we are: options of every client."""
    return {"bootstrap_servers": settings.kafka_bootstrap_servers, **security(settings)}


async def bounded(work: Awaitable[T], timeout_s: float, what: str) -> T:
    """Await with a bound; any of the client's failures becomes BrokerUnavailable.

    `stop()` of aiokafka may raise CancelledError although nobody cancelled us: that counts as a failure too.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await work
    except (KafkaError, OSError, AssertionError) as error:
        raise BrokerUnavailable(f"{what}: {type(error).__name__}: {error}") from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise BrokerUnavailable(f"{what}: cancelled inside the client") from error


async def abandon(client: Any) -> None:
    """Close the connections of a client whose own stop did not end."""
    try:
        await bounded(client.close(), 2, "close of the client")
    except BrokerUnavailable as error:
        log.warning("client_close_failed", error=str(error))
