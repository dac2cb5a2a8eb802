"""Run, simulate, approve and undo allocation."""

import asyncio
import time
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession
from filiere.telemetry.metrics import allocation_seconds, timed

from distribute.allocation.apply import apply
from distribute.allocation.engine.archive import Archive, answer_of, snapshot_of
from distribute.allocation.errors import NothingToUndo, RunInProgress, RunNotFound
from distribute.allocation.models import RunStatus
from distribute.allocation.release import release
from distribute.allocation.repository import SHOWN, AllocationRepository
from distribute.allocation.schemas import ResultOut, RunOut
from distribute.clock import today
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import reference
from distribute.proposals import service as proposals
from distribute.proposals.computing import Proposal, computed
from distribute.proposals.decisions import Change, Decision, decide
from distribute.proposals.errors import ProposalNotFound, ProposalNotReady
from distribute.proposals.models import ProposalStatus
from distribute.proposals.repository import ProposalsRepository, Wish
from distribute.why import Ending, TakenBack, say


@timed(allocation_seconds, "run")
async def run(session: AsyncSession, by: str) -> RunOut:
    """Share the free devices among all open orders now, and promise them. Raises RunInProgress while another works.

    Open orders are held from the snapshot to the promises: nothing changes in between.
    """
    run_id = await _run(session, by, even_without=True)
    assert run_id is not None
    return await get(session, run_id)


@timed(allocation_seconds, "continuous")
async def promise_at_once(session: AsyncSession, by: str) -> UUID | None:
    """As `run`, but leaves no trace when there is nothing to promise. Raises RunInProgress."""
    return await _run(session, by, even_without=False)


@timed(allocation_seconds, "simulation")
async def simulate(session: AsyncReadSession | AsyncSession) -> RunOut:
    """What a run would do now; nothing is kept."""
    proposal = await computed(*await proposals.take_snapshot(session, today()))
    decisions = await asyncio.to_thread(_decide, proposal.archive, {})
    wishes = await ProposalsRepository.from_session(session).wishes([one.line_id for one in decisions])
    shown = sorted(decisions, key=lambda one: wishes[one.line_id])[:SHOWN]
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
        results=[_result(one, wishes[one.line_id]) for one in shown],
    )


@timed(allocation_seconds, "approval")
async def approve(session: AsyncSession, by: str, proposal_id: UUID) -> RunOut:
    """Promise what a proposal says, as far as it still holds. Raises ProposalNotFound, ProposalNotReady.

    What changed since its snapshot is skipped, each line with its reason.
    """
    started = time.monotonic()
    repository, kept = AllocationRepository.from_session(session), ProposalsRepository.from_session(session)
    await repository.lock()
    status = await kept.hold(proposal_id)
    if status is None:
        raise ProposalNotFound
    if status is not ProposalStatus.PROPOSED:
        raise ProposalNotReady(status)
    changes = {line_id: Change(given, reason) for line_id, given, reason in await kept.changes(proposal_id)}
    archive = await proposals.kept(session, proposal_id)
    decisions = await asyncio.to_thread(_decide, archive, changes)
    await repository.lock_orders_of([one.line_id for one in decisions])
    run_id = await _promise(session, proposal_id, archive.engine, decisions, by, started)
    return await get(session, run_id)


async def undo(session: AsyncSession, run_id: UUID) -> RunOut:
    """Take back what a run promised and has not left. Raises RunNotFound, NothingToUndo."""
    repository = AllocationRepository.from_session(session)
    await repository.lock()
    run_ = await repository.run(run_id, hold=True)
    if run_ is None:
        raise RunNotFound
    number = run_.number or 0
    if run_.status is RunStatus.UNDONE:
        raise NothingToUndo(number)
    await OrdersRepository.from_session(session).lock_many(await repository.orders_of_run(run_id))
    why = TakenBack(ending=Ending.UNDONE, detail=str(number))
    if not await release(session, await repository.still_reserved(run_id), why):
        raise NothingToUndo(number)
    await repository.mark_undone(run_id)
    return await get(session, run_id)


async def get(session: AsyncReadSession | AsyncSession, run_id: UUID) -> RunOut:
    """One run with its first results. Raises RunNotFound."""
    repository = AllocationRepository.from_session(session)
    found = await repository.run(run_id)
    if found is None:
        raise RunNotFound
    return found.model_copy(update={"results": await repository.results(run_id)})


async def _run(session: AsyncSession, by: str, *, even_without: bool) -> UUID | None:
    started = time.monotonic()
    repository = AllocationRepository.from_session(session)
    if not await repository.try_lock():
        raise RunInProgress
    await repository.lock_open_orders()
    proposal: Proposal = await computed(*await proposals.snapshot_here(session, today()))
    if not proposal.given and not even_without:
        return None
    proposal_id = await proposals.keep(session, proposal, by)
    decisions = await asyncio.to_thread(_decide, proposal.archive, {})
    return await _promise(session, proposal_id, proposal.archive.engine, decisions, by, started)


async def _promise(
    session: AsyncSession, proposal_id: UUID, method: str, decisions: list[Decision], by: str, started: float
) -> UUID:
    repository = AllocationRepository.from_session(session)
    requested = sum(one.wanted for one in decisions)
    run_id = await repository.start(method, proposal_id, len(decisions), requested, by)
    allocated = await apply(session, run_id, decisions)
    await ProposalsRepository.from_session(session).set_status(proposal_id, ProposalStatus.APPROVED)
    await repository.finish(run_id, allocated, time.monotonic() - started)
    return run_id


def _decide(archive: Archive, changes: dict[UUID, Change]) -> list[Decision]:
    problem, _ = snapshot_of(archive)
    return decide(problem, answer_of(archive), changes)


def _result(decision: Decision, wish: Wish) -> ResultOut:
    return ResultOut(
        line_id=decision.line_id,
        order_id=wish.order_id,
        reference=reference(wish.number),
        relais_id=wish.relais_id,
        relais_name=wish.relais_name,
        category=Category(wish.category),
        min_grade=Grade(wish.min_grade),
        requested=decision.wanted,
        allocated=len(decision.devices),
        reason=say(decision.why),
        why=decision.why,
    )
