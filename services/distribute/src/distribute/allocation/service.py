"""Run, simulate, approve and undo allocation."""

import asyncio
import time
from collections.abc import Mapping
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.telemetry.metrics import allocation_seconds, timed

from distribute.allocation.apply import apply
from distribute.allocation.errors import NothingToUndo, RunInProgress, RunNotFound
from distribute.allocation.proposals import service as proposals
from distribute.allocation.proposals.computing import Proposal, computed
from distribute.allocation.proposals.decisions import Change, Decision, decide
from distribute.allocation.proposals.errors import ProposalNotFound, ProposalNotReady, RuleNotInForce
from distribute.allocation.proposals.repository import ProposalsRepository, RequestedLine
from distribute.allocation.proposals.status import ProposalStatus
from distribute.allocation.repository import SHOWN, AllocationRepository
from distribute.allocation.schemas import ResultOut, RunOut
from distribute.allocation.status import RunStatus
from distribute.demand.service import refresh
from distribute.engine import policy_on
from distribute.engine.archive import Archive, answer_of, snapshot_of
from distribute.orders.release import release
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import reference
from distribute.reservations.repository import ReservationsRepository
from distribute.why import Ending, TakenBack, say


@timed(allocation_seconds, "run")
async def run(database: Database, session: AsyncSession, by: str) -> RunOut:
    """Share the free devices among all open orders now, and promise them. Raises RunInProgress while another works.

    Nothing but the turn to run is held while it computes: what changes meanwhile is skipped, as by `approve`.
    """
    started = time.monotonic()
    if not await ReservationsRepository.from_session(session).try_lock_turn():
        raise RunInProgress
    proposal = await _computed(database)
    proposal_id = await proposals.keep(session, proposal, by)
    decisions = await asyncio.to_thread(_decide, proposal.archive, {})
    holds = dict.fromkeys((one.line_id for one in decisions), False)
    return await get(
        session, await _promise(session, proposal_id, proposal.archive.engine, decisions, by, started, holds)
    )


@timed(allocation_seconds, "continuous")
async def promise_at_once(database: Database, session: AsyncSession, by: str) -> UUID | None:
    """As `run`, for lines that the coordination does not hold; leaves no trace when there is nothing to promise.

    Lines that get nothing keep their word, unless they have none yet. Raises RunInProgress.
    """
    started = time.monotonic()
    repository = AllocationRepository.from_session(session)
    if not await ReservationsRepository.from_session(session).try_lock_turn():
        raise RunInProgress
    proposal = await _computed(database, with_held=False)
    if not proposal.given:
        return None
    proposal_id = await proposals.keep(session, proposal, by)
    decisions = await asyncio.to_thread(_decide, proposal.archive, {})
    untold = await repository.untold([one.line_id for one in decisions])
    news = [one for one in decisions if one.devices or one.line_id in untold]
    return await _promise(session, proposal_id, proposal.archive.engine, news, by, started, {})


@timed(allocation_seconds, "simulation")
async def simulate(database: Database) -> RunOut:
    """What a run would do now; nothing is kept."""
    proposal = await _computed(database)
    decisions = await asyncio.to_thread(_decide, proposal.archive, {})
    async with database.read() as session:
        requested = await ProposalsRepository.from_session(session).requested_lines([one.line_id for one in decisions])
    shown = sorted(decisions, key=lambda one: requested[one.line_id][:2])[:SHOWN]
    return RunOut(
        id=None,
        number=None,
        status=None,
        method=proposal.archive.engine,
        lines=proposal.lines,
        requested=proposal.wanted,
        allocated=proposal.given,
        seconds=proposal.seconds,
        created_at=None,
        results=[_result(one, requested[one.line_id]) for one in shown],
    )


@timed(allocation_seconds, "approval")
async def approve(session: AsyncSession, by: str, proposal_id: UUID) -> RunOut:
    """Promise what a proposal says, as far as it still holds.

    What changed since its snapshot is skipped, each line with its reason. Raises ProposalNotFound, ProposalNotReady,
    RuleNotInForce.
    """
    started = time.monotonic()
    kept = ProposalsRepository.from_session(session)
    status = await kept.status_for_update(proposal_id)
    if status is None:
        raise ProposalNotFound
    if status is not ProposalStatus.PROPOSED:
        raise ProposalNotReady(status)
    changes = await proposals.changes_of(session, proposal_id)
    archive = await proposals.kept(session, proposal_id)
    if archive.policy != policy_on(today()).label:
        raise RuleNotInForce(archive.policy, policy_on(today()).label)
    decisions = await asyncio.to_thread(_decide, archive, changes)
    computed = await asyncio.to_thread(_computed_devices, archive)
    # Whom the coordination gave less by hand waits for its next word: the continuous mode must not undo it.
    holds = {
        one.line_id: one.line_id in changes and changes[one.line_id].given < computed[one.line_id] for one in decisions
    }
    run_id = await _promise(session, proposal_id, archive.engine, decisions, by, started, holds)
    return await get(session, run_id)


async def undo(session: AsyncSession, run_id: UUID) -> RunOut:
    """Take back what a run promised and has not left. Raises RunNotFound, NothingToUndo."""
    repository = AllocationRepository.from_session(session)
    await ReservationsRepository.from_session(session).lock_allocation()
    run_ = await repository.run(run_id, for_update=True)
    if run_ is None:
        raise RunNotFound
    number = run_.number or 0
    if run_.status is RunStatus.UNDONE:
        raise NothingToUndo(number)
    await OrdersRepository.from_session(session).for_update(await repository.orders_of_run(run_id))
    why = TakenBack(ending=Ending.UNDONE, detail=str(number))
    ended = await release(session, await repository.still_reserved(run_id), why)
    if not ended:
        raise NothingToUndo(number)
    # Until the coordination's next run: the continuous mode would promise the same at once.
    await repository.hold_lines(sorted({one.line_id for one in ended}))
    await repository.mark_undone(run_id)
    await refresh(session, sorted({one.order_id for one in ended}))
    return await get(session, run_id)


async def get(session: AsyncReadSession | AsyncSession, run_id: UUID) -> RunOut:
    """One run with its first results. Raises RunNotFound."""
    repository = AllocationRepository.from_session(session)
    found = await repository.run(run_id)
    if found is None:
        raise RunNotFound
    return found.model_copy(update={"results": await repository.results(run_id)})


async def _computed(database: Database, *, with_held: bool = True) -> Proposal:
    """What is fair now. No connection is held while it computes. Raises Refused, ComputingFailed."""
    async with database.read() as session:
        problem, policy = await proposals.take_snapshot(session, today(), with_held=with_held)
    return await computed(problem, policy)


async def _promise(
    session: AsyncSession,
    proposal_id: UUID,
    method: str,
    decisions: list[Decision],
    by: str,
    started: float,
    holds: Mapping[UUID, bool],
) -> UUID:
    """Hold what is needed, in the one order of everybody, and promise what still holds."""
    repository = AllocationRepository.from_session(session)
    await ReservationsRepository.from_session(session).lock_allocation()
    await repository.orders_of_for_update([one.line_id for one in decisions])
    requested = sum(one.wanted for one in decisions)
    run_id = await repository.start(method, proposal_id, len(decisions), requested, by)
    allocated = await apply(session, run_id, decisions, holds)
    await ProposalsRepository.from_session(session).set_status(proposal_id, ProposalStatus.APPROVED)
    await repository.finish(run_id, allocated, time.monotonic() - started)
    return run_id


def _computed_devices(archive: Archive) -> dict[UUID, int]:
    return {UUID(line.line_id): line.given for line in answer_of(archive).lines}


def _decide(archive: Archive, changes: dict[UUID, Change]) -> list[Decision]:
    problem, _ = snapshot_of(archive)
    return decide(problem, answer_of(archive), changes)


def _result(decision: Decision, requested: RequestedLine) -> ResultOut:
    return ResultOut(
        line_id=decision.line_id,
        order_id=requested.order_id,
        reference=reference(requested.number),
        relais_id=requested.relais_id,
        relais_name=requested.relais_name,
        category=Category(requested.category),
        min_grade=Grade(requested.min_grade),
        requested=decision.wanted,
        allocated=len(decision.devices),
        reason=say(decision.why),
        why=decision.why,
    )
