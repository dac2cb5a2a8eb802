"""The lines of a proposal as people read them, the coordination's changes applied."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession

from distribute.allocation.engine import Reason
from distribute.orders.schemas import reference
from distribute.proposals import service
from distribute.proposals.decisions import Change, decide
from distribute.proposals.opened import open_archive
from distribute.proposals.repository import ProposalsRepository
from distribute.proposals.schemas import LineOut
from distribute.why import say


async def lines_of(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> list[LineOut]:
    """Every line, oldest order first. Raises ProposalNotFound, ProposalNotComputed."""
    repository = ProposalsRepository.from_session(session)
    opened = await open_archive(proposal_id, await service.kept(session, proposal_id))
    changes = {line: Change(given, reason) for line, given, reason in await repository.changes(proposal_id)}
    decisions = await asyncio.to_thread(decide, opened.problem, opened.allocation, changes)
    wishes = await repository.wishes([one.line_id for one in decisions])
    computed = {UUID(line.line_id): line.reason for line in opened.allocation.lines}
    return [
        LineOut(
            line_id=one.line_id,
            order_id=wish.order_id,
            reference=reference(wish.number),
            relais_id=wish.relais_id,
            relais_name=wish.relais_name,
            territory=wish.territory,
            category=Category(wish.category),
            min_grade=Grade(wish.min_grade),
            wanted=one.wanted,
            proposed=computed[one.line_id].given,
            given=len(one.devices),
            changed=one.line_id in changes,
            reason=say(one.why),
            why=one.why,
            **_figures(computed[one.line_id]),
        )
        for one in sorted(decisions, key=lambda one: wishes[one.line_id])
        for wish in [wishes[one.line_id]]
    ]


def _figures(reason: Reason) -> dict[str, Any]:
    """What the engine's reason says, as numbers."""
    relais, bottleneck = reason.relais, reason.bottleneck
    asked = max(relais.asked, 1)
    return {
        "binding": reason.binding,
        "share_before": relais.before / asked,
        "share_after": (relais.before + relais.given) / asked,
        "level": float(bottleneck.level) if bottleneck is not None else None,
        "competing_relais": len(bottleneck.relais) if bottleneck is not None else None,
        "bottleneck_devices": bottleneck.devices if bottleneck is not None else None,
        "bottleneck_wanted": bottleneck.wanted if bottleneck is not None else None,
        "substitutes": reason.substitutes,
    }


def picked(lines: Sequence[LineOut], only: str, q: str) -> list[LineOut]:
    """Those that are `short`, `complete` or `changed`, of Relais or orders whose name holds `q`."""
    tests = {
        "short": lambda one: one.given < one.wanted,
        "complete": lambda one: one.given == one.wanted,
        "changed": lambda one: one.changed,
    }
    sought = q.strip().casefold()
    return [
        one
        for one in lines
        if (not only or tests[only](one))
        and (sought in one.relais_name.casefold() or sought in one.reference.casefold())
    ]
