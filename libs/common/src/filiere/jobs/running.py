"""The worker's side of jobs: one at a time, the oldest first; every second it says that it is alive and how far it is.

A handler keeps what it did and ends its job in one transaction (`JobRepository.finish`): a job is done once, whoever
began it. What is CPU-bound in it runs in a process of its own (`filiere.jobs.process`).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from filiere.database import Database
from filiere.database.transient import is_transient
from filiere.jobs.repository import CHANNEL, Claim, JobLost, JobRepository
from filiere.jobs.waking import whenever
from filiere.settings import Settings
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

SILENT_S = 15.0
MOST_ATTEMPTS = 3
_ALIVE_EVERY_S = 1.0
_ANYWAY_S = 10.0
GAVE_UP = "Le traitement s'est arrêté trois fois sans finir. Recommencez ; si cela dure, prévenez l'exploitation."
BROKE = "Le traitement n'a pas abouti. Recommencez ; si cela dure, prévenez l'exploitation."


class JobRefused(Exception):
    """The job cannot be done; the message is a French sentence for whoever asked."""


@dataclass
class Work:
    """A job in hand: the handler says how far it is by writing `done`, and `total` when it knows better."""

    database: Database
    claim: Claim
    done: int = 0
    total: int = 0


Handler = Callable[[Work], Awaitable[None]]
"""Does one job and finishes it. Raises JobRefused; it is cancelled when its job is not its own any more."""


async def run_jobs(
    database: Database, settings: Settings, stopping: asyncio.Event, handlers: Mapping[str, Handler]
) -> None:
    """Background work of the worker: jobs of these kinds, until stopped."""

    async def work() -> None:
        async with database.unit_of_work() as session:
            await JobRepository.from_session(session).prune()
        while not stopping.is_set() and await do_next(database, handlers, stopping):
            pass

    await whenever(database, CHANNEL, stopping, work, _ANYWAY_S)


async def do_next(database: Database, handlers: Mapping[str, Handler], stopping: asyncio.Event) -> bool:
    """Take up the oldest job and do it; False when there is none."""
    async with database.unit_of_work() as session:
        claim = await JobRepository.from_session(session).claim(list(handlers), SILENT_S)
    if claim is None:
        return False
    if claim.attempt > MOST_ATTEMPTS:
        await _fail(database, claim, GAVE_UP)
        return True
    log.info("job_begun", kind=claim.kind, job_id=str(claim.id), attempt=claim.attempt)
    work = Work(database, claim)
    doing = asyncio.ensure_future(handlers[claim.kind](work))
    try:
        await _watched(work, doing, stopping)
    except JobRefused as refused:
        await _fail(database, claim, str(refused))
    except (JobLost, asyncio.CancelledError):
        if doing.cancelled() and stopping.is_set():
            async with database.unit_of_work() as session:
                await JobRepository.from_session(session).give_back(claim)
        elif not doing.done():
            raise  # we were cancelled ourselves
        log.info("job_given_up", kind=claim.kind, job_id=str(claim.id))
    except Exception as error:
        if is_transient(error):
            raise  # waited for by our caller; the job is taken up again when it has been silent
        log.error("job_failed", kind=claim.kind, job_id=str(claim.id), error=summary(error))
        await _fail(database, claim, BROKE)
    else:
        log.info("job_done", kind=claim.kind, job_id=str(claim.id))
    return True


async def _watched(work: Work, doing: "asyncio.Future[None]", stopping: asyncio.Event) -> None:
    """Until it is done. Says every second that it is alive; stops it when nobody wants it any more, or we must end."""
    asked_to_stop = asyncio.ensure_future(stopping.wait())
    either: set[asyncio.Future[Any]] = {doing, asked_to_stop}
    try:
        while not doing.done():
            await asyncio.wait(either, timeout=_ALIVE_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
            if doing.done() or stopping.is_set():
                break
            async with work.database.unit_of_work() as session:
                if not await JobRepository.from_session(session).alive(work.claim, work.done, work.total):
                    break
    finally:
        asked_to_stop.cancel()
        if not doing.done():
            doing.cancel()
            with contextlib.suppress(BaseException):
                await asyncio.wait({doing})
    await doing


async def _fail(database: Database, claim: Claim, why: str) -> None:
    async with database.unit_of_work() as session:
        if await JobRepository.from_session(session).fail(claim, why):
            log.warning("job_refused", kind=claim.kind, job_id=str(claim.id))
