"""API of proposals: /proposals. Coordinators only."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.allocation.proposals import service
from distribute.allocation.proposals.comparison import Baseline, ComparisonOut, compare
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
from distribute.allocation.proposals.lines import Look, decided, part_of
from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.allocation.proposals.schemas import ChangeIn, LineOut, ProposalIn, ProposalOut, ReplayOut
from distribute.allocation.proposals.status import ProposalStatus

router = api_router("/proposals", tags=["allocation"])

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.post("", status_code=202, responses=raises(UnknownPolicy))
async def ask(principal: Coordinator, session: WriteSession, body: ProposalIn | None = None) -> ProposalOut:
    """Have a fair allocation of the present stock and orders computed; nothing is promised by it."""
    return await service.ask(session, body.policy if body is not None else None, principal.subject)


@router.get("")
async def listing(
    principal: Coordinator,
    session: ReadSession,
    paging: Paging,
    status: Annotated[ProposalStatus | None, Query(description="Only those.")] = None,
) -> Page[ProposalOut]:
    """Proposals, newest first."""
    wanted = tuple(ProposalStatus) if status is None else (status,)
    found = await ProposalsRepository.from_session(session).listing(paging.part, wanted)
    return paging.of([ProposalOut.model_validate(row) for row in found.rows], found)


@router.get("/{proposal_id}", responses=raises(ProposalNotFound))
async def get(proposal_id: UUID, principal: Coordinator, session: ReadSession) -> ProposalOut:
    """How far it is."""
    return await service.get(session, proposal_id)


@router.post("/{proposal_id}/cancel", responses=raises(ProposalNotFound, ProposalIsOver))
async def cancel(proposal_id: UUID, principal: Coordinator, session: WriteSession) -> ProposalOut:
    """Give it up, computed or not. 409 once it is approved, given up or failed."""
    return await service.cancel(session, proposal_id)


@router.get("/{proposal_id}/lines", responses=raises(ProposalNotFound, ProposalNotComputed))
async def lines(
    proposal_id: UUID,
    principal: Coordinator,
    session: ReadSession,
    paging: Paging,
    only: Annotated[str, Query(max_length=10, pattern="^(short|complete|changed)?$")] = "",
    q: Annotated[str, Query(max_length=100)] = "",
) -> Page[LineOut]:
    """What each line would get, and why. 409 while there is no answer: not computed yet, given up before, or failed."""
    found = await decided(session, proposal_id)
    rows, total = await part_of(session, proposal_id, found, Look(only, q.strip()), paging.part)
    return paging.of([one.out() for one in rows], total)


@router.get("/{proposal_id}/comparison", responses=raises(ProposalNotFound, ProposalNotComputed))
async def comparison(
    proposal_id: UUID,
    principal: Coordinator,
    session: ReadSession,
    beside: Annotated[Baseline | UUID, Query(alias="with")] = Baseline.FIRST_COME,
) -> ComparisonOut:
    """Beside `first_come`, `proportional`, `computed` (all on the proposal's own snapshot) or another proposal.

    Proposals count with the coordination's changes; `computed` is the same one without them. 409 while there is no
    answer of one of both.
    """
    return await compare(session, proposal_id, beside)


@router.put(
    "/{proposal_id}/overrides/{line_id}",
    status_code=204,
    responses=raises(
        LineNotInProposal,
        ProposalNotFound,
        ProposalNotComputed,
        ProposalNotReady,
        TakenByAChange,
        MoreThanWanted,
        NothingElseFree,
    ),
)
async def change(
    proposal_id: UUID, line_id: UUID, body: ChangeIn, principal: Coordinator, session: WriteSession
) -> None:
    """Give a line more or fewer devices than computed, with a reason that the Relais will read."""
    await service.change(session, proposal_id, line_id, body.given, body.reason, principal.subject)


@router.delete(
    "/{proposal_id}/overrides/{line_id}",
    status_code=204,
    responses=raises(
        LineNotInProposal, ProposalNotFound, ProposalNotComputed, ProposalNotReady, TakenByAChange, NothingElseFree
    ),
)
async def unchange(proposal_id: UUID, line_id: UUID, principal: Coordinator, session: WriteSession) -> None:
    """Give the line what was computed."""
    await service.unchange(session, proposal_id, line_id)


@router.post(
    "/{proposal_id}/replay", responses=raises(ProposalNotFound, NotProvedAnyMore, ProofInProgress, ProposalNotComputed)
)
async def replay(proposal_id: UUID, principal: Coordinator, session: ReadSession) -> ReplayOut:
    """Check the certificate of a computed proposal and compute its snapshot again."""
    proved = await service.prove_again(session, proposal_id)
    return ReplayOut(same_answer=proved.same_answer, same_engine=proved.same_engine, same_solver=proved.same_solver)
