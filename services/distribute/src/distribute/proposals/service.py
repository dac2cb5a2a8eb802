"""Take a snapshot, propose what is fair, keep it, and prove it again later.

The steps are apart on purpose: reading is one short transaction, computing (see `computing`) holds none and has a
process of its own, keeping is another transaction.
"""

from calendar import monthrange
from datetime import date
from uuid import UUID

from filiere.database import AsyncReadSession, AsyncSession

from distribute.allocation.engine import Policy, Problem, policy_on
from distribute.allocation.engine.archive import Archive, Replay, replay
from distribute.proposals.computing import Proposal
from distribute.proposals.errors import ProposalNotFound
from distribute.proposals.repository import ProposalsRepository
from distribute.proposals.snapshot import problem_of


async def take_snapshot(session: AsyncReadSession, on: date, policy: Policy | None = None) -> tuple[Problem, Policy]:
    """Stock and open orders as they stand, under the policy of the day or another. Opens the session's transaction."""
    await ProposalsRepository.from_session(session).hold_still()
    return await snapshot_here(session, on, policy)


async def snapshot_here(
    session: AsyncReadSession | AsyncSession, on: date, policy: Policy | None = None
) -> tuple[Problem, Policy]:
    """The same in the caller's transaction, which sees one state of the database or holds the open orders."""
    policy = policy or policy_on(on)
    repository = ProposalsRepository.from_session(session)
    devices = await repository.free_devices()
    lines = await repository.open_lines()
    orderers = await repository.orderers(months_before(on, policy.window_months))
    return problem_of(on, devices, lines, orderers), policy


async def keep(session: AsyncSession, proposal: Proposal, by: str) -> UUID:
    """Store a proposal; returns its id."""
    repository = ProposalsRepository.from_session(session)
    return await repository.keep(proposal, by)


async def kept(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> Archive:
    """A stored proposal. Raises ProposalNotFound."""
    found = await ProposalsRepository.from_session(session).archive(proposal_id)
    if found is None:
        raise ProposalNotFound
    return found


async def prove_again(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> Replay:
    """Check a stored proposal's certificate and compute it again. Raises ProposalNotFound, NotProved."""
    return replay(await kept(session, proposal_id))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
