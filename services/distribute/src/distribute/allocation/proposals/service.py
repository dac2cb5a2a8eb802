"""Ask for a proposal, take a snapshot, keep what is fair, change it by hand, and prove it again later.

The steps are apart on purpose: reading is one short transaction, computing (see `computing`) holds none and has a
process of its own, keeping is another transaction.
"""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from filiere.calendar import months_before, start_of
from filiere.database import AsyncReadSession, AsyncSession
from filiere.telemetry.logs import get_logger

from distribute.allocation.proposals.archive_cache import Opened, open_archive
from distribute.allocation.proposals.computing import Proposal
from distribute.allocation.proposals.decisions import Change, decide
from distribute.allocation.proposals.errors import (
    LineNotInProposal,
    MoreThanWanted,
    NothingElseFree,
    NotProvedAnyMore,
    ProofInProgress,
    ProposalIsOver,
    ProposalNotComputed,
    ProposalNotFound,
    ProposalNotReady,
    TakenByAChange,
    UnknownPolicy,
)
from distribute.allocation.proposals.proving import proved
from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.allocation.proposals.schemas import ProposalOut
from distribute.allocation.proposals.snapshot import problem_of
from distribute.allocation.proposals.status import ProposalStatus
from distribute.campaigns.in_force import policy_in_force
from distribute.engine import QUOTA_DAYS, Policy, Problem, policies
from distribute.engine.archive import Archive, Replay
from distribute.engine.verify import NotProved
from distribute.orders.schemas import reference

log = get_logger(__name__)


async def ask(session: AsyncSession, policy: str | None, by: str) -> ProposalOut:
    """Have a worker compute what is fair now, under the policy of the day or the named one. Raises UnknownPolicy."""
    if policy is not None and policy not in policies():
        raise UnknownPolicy(sorted(policies()))
    repository = ProposalsRepository.from_session(session)
    shown = await repository.shown(await repository.ask(policy, by))
    return ProposalOut.model_validate(shown)


async def get(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> ProposalOut:
    """How far a proposal is. Raises ProposalNotFound."""
    found = await ProposalsRepository.from_session(session).shown(proposal_id)
    if found is None:
        raise ProposalNotFound
    return ProposalOut.model_validate(found)


async def cancel(session: AsyncSession, proposal_id: UUID) -> ProposalOut:
    """Give a proposal up; whoever computes it stops. Raises ProposalNotFound, ProposalIsOver."""
    repository = ProposalsRepository.from_session(session)
    status = await repository.status_for_update(proposal_id)
    if status is None:
        raise ProposalNotFound
    if not (status.is_at_work or status is ProposalStatus.PROPOSED):
        raise ProposalIsOver(status)
    await repository.set_status(proposal_id, ProposalStatus.CANCELLED)
    return await get(session, proposal_id)


async def change(session: AsyncSession, proposal_id: UUID, line_id: UUID, given: int, reason: str, by: str) -> None:
    """Give a line so many devices instead of what was computed, as far as there are.

    Raises ProposalNotFound, ProposalNotReady, LineNotInProposal, MoreThanWanted, NothingElseFree.
    """
    repository = ProposalsRepository.from_session(session)
    wanted = await _wanted(session, repository, proposal_id, line_id)
    if given > wanted:
        raise MoreThanWanted(wanted)
    changes = await changes_of(session, proposal_id)
    changes[line_id] = Change(given, reason)
    await _check(session, proposal_id, changes, line_id)
    opened = await opened_of(session, proposal_id)
    computed = next(one.given for one in opened.allocation.lines if one.line_id == str(line_id))
    await repository.change(proposal_id, line_id, given, computed, reason, by)


async def unchange(session: AsyncSession, proposal_id: UUID, line_id: UUID) -> None:
    """Give a line what was computed. Raises as `change`: another changed line may hold what it would need."""
    repository = ProposalsRepository.from_session(session)
    await _wanted(session, repository, proposal_id, line_id)
    changes = await changes_of(session, proposal_id)
    if changes.pop(line_id, None) is not None:
        await _check(session, proposal_id, changes, line_id)
        await repository.unchange(proposal_id, line_id)


async def changes_of(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> dict[UUID, Change]:
    """What the coordination decided otherwise, per line."""
    rows = await ProposalsRepository.from_session(session).changes(proposal_id)
    return {line: Change(given, reason) for line, given, reason in rows}


async def most_for(session: AsyncReadSession | AsyncSession, proposal_id: UUID, line_id: UUID) -> int:
    """The most devices that a line can be given while every other change by hand stands. Raises as `change`."""
    opened = await opened_of(session, proposal_id)
    changes = await changes_of(session, proposal_id)
    wanted = next((one.wanted for one in opened.allocation.lines if one.line_id == str(line_id)), None)
    if wanted is None:
        raise LineNotInProposal
    decisions = await asyncio.to_thread(
        decide, opened.problem, opened.allocation, {**changes, line_id: Change(wanted, "")}
    )
    given = {one.line_id: len(one.devices) for one in decisions}
    # What it would take from lines that were changed before is theirs.
    return given[line_id] - sum(change.given - given[one] for one, change in changes.items() if one != line_id)


async def _check(session: AsyncSession, proposal_id: UUID, changes: Mapping[UUID, Change], line_id: UUID) -> None:
    """Raise NothingElseFree, TakenByAChange unless each changed line gets what was decided for it."""
    opened = await opened_of(session, proposal_id)
    decisions = await asyncio.to_thread(decide, opened.problem, opened.allocation, changes)
    given = {one.line_id: len(one.devices) for one in decisions}
    short = {one: given[one] for one, change in changes.items() if given[one] < change.given}
    if line_id in short:
        raise NothingElseFree(short[line_id])
    if short:
        other, left = min(short.items())
        requested = (await ProposalsRepository.from_session(session).requested_lines([other]))[other]
        raise TakenByAChange(reference(requested.number), requested.relais_name, changes[other].given, left)


async def _wanted(session: AsyncSession, repository: ProposalsRepository, proposal_id: UUID, line_id: UUID) -> int:
    """What the line lacks, of a proposal that is held and may be changed."""
    status = await repository.status_for_update(proposal_id)
    if status is None:
        raise ProposalNotFound
    if status is not ProposalStatus.PROPOSED:
        raise ProposalNotReady(status)
    opened = await opened_of(session, proposal_id)
    for line in opened.allocation.lines:
        if line.line_id == str(line_id):
            return line.wanted
    raise LineNotInProposal


async def take_snapshot(
    session: AsyncReadSession, on: date, policy: Policy | None = None, *, with_held: bool = True
) -> tuple[Problem, Policy]:
    """Stock and open orders as they stand, under the policy of the day or another. Opens the session's transaction.

    Without those `with_held` that wait for the coordination's next run.
    """
    repository = ProposalsRepository.from_session(session)
    await repository.hold_still()
    policy = await policy_in_force(session, on, policy)
    devices = await repository.free_devices(policy.campaigns)
    lines = await repository.open_lines(with_held=with_held)
    orderers = await repository.orderers(start_of(months_before(on, policy.window_months)))
    kept_lately = await repository.kept_since(start_of(on - timedelta(days=QUOTA_DAYS)), policy.campaigns)
    return await asyncio.to_thread(problem_of, on, devices, lines, orderers, kept_lately), policy


async def keep(session: AsyncSession, proposal: Proposal, by: str) -> UUID:
    """Store a proposal; returns its id."""
    repository = ProposalsRepository.from_session(session)
    return await repository.keep(proposal, by)


async def kept(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> Archive:
    """A stored proposal. Raises ProposalNotFound, ProposalNotComputed."""
    found = await ProposalsRepository.from_session(session).archive(proposal_id)
    if found is None:
        proposal = await get(session, proposal_id)
        raise ProposalNotComputed(proposal.number, proposal.status)
    return found


async def opened_of(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> Opened:
    """A stored proposal as values. Raises ProposalNotFound, ProposalNotComputed."""
    return await open_archive(proposal_id, lambda: kept(session, proposal_id))


async def prove_again(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> Replay:
    """Check a stored proposal's certificate and compute it again, one proposal at a time.

    Raises ProposalNotFound, ProposalNotComputed, ProofInProgress, NotProvedAnyMore.
    """
    archive = await kept(session, proposal_id)
    # A proof takes a core and, for a large proposal, half a gigabyte: not as many at once as there are clicks.
    if not await ProposalsRepository.from_session(session).try_lock_proof():
        raise ProofInProgress
    try:
        return await proved(archive)
    except NotProved as error:
        log.error("proposal_not_proved", proposal_id=str(proposal_id), error=str(error))
        raise NotProvedAnyMore from error
