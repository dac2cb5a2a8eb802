"""What of the proposals wants the coordination's eye: those to approve, those at work, those that failed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from filiere.calendar import now, today
from filiere.database import AsyncReadSession, Part

from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.allocation.proposals.rules import simulated
from distribute.allocation.proposals.schemas import ProposalOut
from distribute.allocation.proposals.status import ProposalStatus
from distribute.allocation.runs_repository import RunsRepository

SHOWN = 10
# A failure is said for so long, unless a later proposal comes to its end.
_LATELY = timedelta(days=7)
_AT_WORK = [one for one in ProposalStatus if one.is_at_work]


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody about to approve a proposal should know first."""

    other_rule: str | None  # the day of the rule, when it is not the one in force
    later_run: int | None  # number of the last run since it was asked for


@dataclass(frozen=True, slots=True)
class Overview:
    """Each newest first, at most SHOWN of them; `to_approve` counts those to approve, the others too.

    `ready` is one on the stock as it is: to open before another one is asked for.
    """

    proposed: list[ProposalOut]
    to_approve: int
    at_work: list[ProposalOut]
    failed: list[ProposalOut]
    marks: Mapping[UUID, Mark]
    ready: ProposalOut | None


async def overview(session: AsyncReadSession) -> Overview:
    """What wants an eye now."""
    repository = ProposalsRepository.from_session(session)

    async def newest(*statuses: ProposalStatus, limit: int = SHOWN) -> tuple[list[ProposalOut], int]:
        found = await repository.listing(Part(limit), statuses)
        return [ProposalOut.model_validate(row) for row in found.rows], found.total

    proposed, to_approve = await newest(ProposalStatus.PROPOSED)
    at_work, _ = await newest(*_AT_WORK)
    failed, _ = await newest(ProposalStatus.FAILED)
    computed, _ = await newest(ProposalStatus.PROPOSED, ProposalStatus.APPROVED, limit=1)
    later = await RunsRepository.from_session(session).later([one.id for one in proposed])
    return Overview(
        proposed,
        to_approve,
        at_work,
        [one for one in failed if _matters(one, computed)],
        {one.id: _mark(one, later.get(one.id)) for one in proposed},
        next((one for one in (*at_work, *proposed) if one.id not in later), None),
    )


def _mark(proposal: ProposalOut, later: int | None) -> Mark:
    other = simulated(proposal, today())
    return Mark(other.rule_day if other is not None else None, later)


def _matters(failed: ProposalOut, computed: Collection[ProposalOut]) -> bool:
    """Whether it failed lately and none was computed since."""
    if failed.ended_at is None or failed.ended_at < now() - _LATELY:
        return False
    return all(one.number < failed.number for one in computed)
