"""The lines of a proposal as people read them, the coordination's changes applied."""

import asyncio
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession

from distribute.orders.schemas import reference
from distribute.proposals import service
from distribute.proposals.decisions import Change, decide
from distribute.proposals.opened import open_archive
from distribute.proposals.repository import ProposalsRepository
from distribute.proposals.schemas import LineOut


async def lines_of(
    session: AsyncReadSession | AsyncSession, proposal_id: UUID, *, only: str = "", q: str = ""
) -> list[LineOut]:
    """Oldest order first. `only`: `short`, `complete`, `changed`; `q`: part of a Relais' name or of a reference.

    Raises ProposalNotFound, also when it is not computed yet.
    """
    repository = ProposalsRepository.from_session(session)
    opened = await open_archive(proposal_id, await service.kept(session, proposal_id))
    changes = {line: Change(given, reason) for line, given, reason in await repository.changes(proposal_id)}
    decisions = await asyncio.to_thread(decide, opened.problem, opened.allocation, changes)
    wishes = await repository.wishes([one.line_id for one in decisions])
    computed = {UUID(line.line_id): line.given for line in opened.allocation.lines}
    sought = q.strip().casefold()
    found = []
    for one in sorted(decisions, key=lambda one: wishes[one.line_id]):
        wish, given = wishes[one.line_id], len(one.devices)
        name = reference(wish.number)
        if (
            only
            and only != ("short" if given < one.wanted else "complete")
            and not (only == "changed" and one.line_id in changes)
        ):
            continue
        if sought and sought not in wish.relais_name.casefold() and sought != name.casefold():
            continue
        found.append(
            LineOut(
                line_id=one.line_id,
                order_id=wish.order_id,
                reference=name,
                relais_id=wish.relais_id,
                relais_name=wish.relais_name,
                territory=wish.territory,
                category=Category(wish.category),
                min_grade=Grade(wish.min_grade),
                wanted=one.wanted,
                proposed=computed[one.line_id],
                given=given,
                changed=one.line_id in changes,
                reason=one.reason,
            )
        )
    return found
