"""The worker's side of proposals: take one up, compute it in a process of its own, write it down.

A proposal belongs to an attempt. Whoever computes says every second that it is alive; a worker that falls silent loses
the proposal to another one, and what it writes afterwards counts for nothing.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from filiere.calendar import today
from filiere.database import Database
from filiere.jobs.waking import either, whenever
from filiere.settings import Settings
from filiere.telemetry.logs import get_logger
from filiere.telemetry.metrics import allocation_seconds, timed

from distribute.allocation.proposals import service
from distribute.allocation.proposals.computing import Computation, ComputingFailed, Proposal, Refused
from distribute.allocation.proposals.repository import CHANNEL, Claim, ProposalsRepository
from distribute.engine import BrokenProblem, policies

log = get_logger(__name__)

SILENT_S = 15.0
MOST_ATTEMPTS = 3
_ALIVE_EVERY_S = 1.0
_ANYWAY_S = 5.0
GAVE_UP = "Le calcul s'est arrêté trois fois sans finir. Recommencez ; si cela dure, prévenez l'exploitation."
BROKE = "Le calcul n'a pas abouti. Recommencez ; si cela dure, prévenez l'exploitation."
REFUSED = "Le stock et les commandes de cet instant ne se laissent pas calculer. Prévenez l'exploitation."


async def compute_proposals(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Background work of the worker: one proposal at a time, the oldest first."""

    async def work() -> None:
        while not stopping.is_set():
            async with database.unit_of_work() as session:
                claim = await ProposalsRepository.from_session(session).claim(SILENT_S)
            if claim is None:
                return
            await _compute(database, claim, stopping)

    await whenever(database, CHANNEL, stopping, work, _ANYWAY_S)


async def _compute(database: Database, claim: Claim, stopping: asyncio.Event) -> None:
    if claim.attempt > MOST_ATTEMPTS:
        await _fail(database, claim, GAVE_UP)
        return
    log.info("proposal_begun", proposal_id=str(claim.proposal_id), attempt=claim.attempt)
    try:
        proposal = await _computed(database, claim, stopping)
    except (BrokenProblem, Refused) as error:
        log.error("proposal_refused", proposal_id=str(claim.proposal_id), error=str(error))
        await _fail(database, claim, REFUSED)
        return
    except ComputingFailed as error:
        if stopping.is_set():
            async with database.unit_of_work() as session:
                await ProposalsRepository.from_session(session).give_back(claim)
            return
        if await _fail(database, claim, BROKE):
            log.error("proposal_failed", proposal_id=str(claim.proposal_id), error=str(error))
        else:
            log.info("proposal_given_up", proposal_id=str(claim.proposal_id))
        return
    async with database.unit_of_work() as session:
        await ProposalsRepository.from_session(session).finish(claim, proposal)
    log.info("proposal_computed", proposal_id=str(claim.proposal_id), seconds=round(proposal.seconds, 3))


@timed(allocation_seconds, "proposal")
async def _computed(database: Database, claim: Claim, stopping: asyncio.Event) -> Proposal:
    """Raises Refused, BrokenProblem, and ComputingFailed also when it was stopped or lost."""
    policy = policies()[claim.policy] if claim.policy is not None else None
    async with database.read() as session:
        problem, policy = await service.take_snapshot(session, today(), policy)
    computation = await Computation.start(problem, policy)
    progress: dict[str, str] = {}
    async with _watched(database, claim, computation, progress, stopping):
        async for step in computation.steps():
            progress["step"] = step.value
        return await computation.result()


@asynccontextmanager
async def _watched(
    database: Database, claim: Claim, computation: Computation, progress: dict[str, str], stopping: asyncio.Event
) -> AsyncIterator[None]:
    """Say every second that it is alive and where it is; stop it when nobody wants it any more."""

    async def watch() -> None:
        while not stopping.is_set():
            async with database.unit_of_work() as session:
                ours = await ProposalsRepository.from_session(session).alive(claim, progress.get("step"))
            if not ours:
                break
            await either(_ALIVE_EVERY_S, stopping)
        await computation.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    finally:
        watcher.cancel()
        # What went wrong in the watch goes wrong for the next statement too, and is dealt with there.
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await watcher
        await computation.cancel()


async def _fail(database: Database, claim: Claim, why: str) -> bool:
    """False when it was not ours any more: cancelled, or taken up by another worker."""
    async with database.unit_of_work() as session:
        return await ProposalsRepository.from_session(session).fail(claim, why)
