"""What a worker does now and then beside its work; no failure of it ends the worker."""

import asyncio
from collections.abc import Awaitable, Callable

from filiere.database import Database
from filiere.files.keeping import forget_unnamed
from filiere.files.store import ready
from filiere.idempotency import IdempotencyRepository
from filiere.inbox import InboxRepository
from filiere.journal import JournalRepository
from filiere.settings import Settings
from filiere.telemetry import metrics
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger
from filiere.telemetry.repository import StateRepository

log = get_logger(__name__)

_AGAIN_S = 60.0
_FILES_EVERY_S = 3600.0
_ROWS = 10_000


async def now_and_then(
    what: str, work: Callable[[], Awaitable[None]], every_s: float, again_s: float = _AGAIN_S
) -> None:
    """Do it for ever; after a failure try again soon. The database may restart at any moment of it."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - none of it is a reason to stop working
            log.warning("housekeeping_failed", what=what, error=summary(error))
            await asyncio.sleep(min(every_s, again_s))
        else:
            await asyncio.sleep(every_s)


async def until_stopped(
    what: str, work: Callable[[], Awaitable[None]], every_s: float, stopping: asyncio.Event
) -> None:
    """`now_and_then`, as background work that ends when the worker does; what is half done then is given up."""
    working = asyncio.ensure_future(now_and_then(what, work, every_s))
    await stopping.wait()
    working.cancel()
    await asyncio.wait({working})


async def prune(database: Database, settings: Settings) -> None:
    """Forget inbox claims, later than anything that the outboxes can still send again, idempotency keys, old entries of
    the journal. The outbox is pruned by its relay (`filiere.outbox.relay`)."""
    await _forget(database, InboxRepository, 2 * settings.outbox_retention.total_seconds())
    await _forget(database, IdempotencyRepository, settings.idempotency_retention.total_seconds())
    await _forget(database, JournalRepository, settings.journal_retention.total_seconds())


async def take_away_files(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Background work of a service that keeps files: those that nothing names any more, once an hour."""

    async def once() -> None:
        await forget_unnamed(database, await ready(settings.files))

    await until_stopped("files", once, _FILES_EVERY_S, stopping)


async def measure(database: Database, consumer: str) -> None:
    """What only the database knows."""
    async with database.read() as session:
        state = StateRepository.from_session(session)
        for reason, count in (await state.open_letters(consumer)).items():
            metrics.dead_letters_open.labels(reason).set(count)
        metrics.database_size.set(await state.size_bytes())


async def _forget(
    database: Database, table: type[InboxRepository | IdempotencyRepository | JournalRepository], older_than_s: float
) -> None:
    """Piece by piece, each in its own transaction: nobody waits for many rows."""
    while True:
        async with database.unit_of_work() as session:
            gone = await table.from_session(session).prune(older_than_s, _ROWS)
        if gone < _ROWS:
            return
