"""API of allocation: /allocations. Coordinators only."""

from typing import Annotated
from uuid import UUID

from filiere.web import OwnSessions, Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.allocation import service
from distribute.allocation.errors import NothingToUndo, RunInProgress, RunNotFound
from distribute.allocation.proposals.errors import (
    ProposalNotComputed,
    ProposalNotFound,
    ProposalNotReady,
    RuleNotInForce,
)
from distribute.allocation.repository import AllocationRepository
from distribute.allocation.schemas import RunIn, RunOut

router = api_router("/allocations", tags=["allocation"])

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.post(
    "",
    status_code=201,
    responses=raises(
        ProposalNotFound, RunNotFound, ProposalNotComputed, ProposalNotReady, RuleNotInForce, RunInProgress
    ),
)
async def run(
    principal: Coordinator, session: WriteSession, database: OwnSessions, body: RunIn | None = None
) -> RunOut:
    """Share the free devices among the open orders and promise them; or approve a proposal; or only say what would be.

    409 while another run works, or when the proposal is not one to approve (any more).
    """
    if body is not None and body.simulate:
        return await service.simulate(database)
    if body is not None and body.proposal_id is not None:
        return await service.approve(session, principal.subject, body.proposal_id)
    return await service.run(database, session, principal.subject)


@router.get("")
async def listing(principal: Coordinator, session: ReadSession, paging: Paging) -> Page[RunOut]:
    """Runs, newest first, without their lines."""
    found = await AllocationRepository.from_session(session).runs(paging.part)
    return paging.of(found.rows, found)


@router.get("/{run_id}", responses=raises(RunNotFound))
async def get(run_id: UUID, principal: Coordinator, session: ReadSession) -> RunOut:
    """One run and the reason of each line."""
    return await service.get(session, run_id)


@router.post("/{run_id}/undo", responses=raises(RunNotFound, NothingToUndo))
async def undo(run_id: UUID, principal: Coordinator, session: WriteSession) -> RunOut:
    """Take back what the run promised and has not left yet."""
    return await service.undo(session, run_id)
