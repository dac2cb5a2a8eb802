"""The lines of a proposal as people read them, the coordination's changes applied."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from cachetools import LRUCache
from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession, Part
from filiere.loop_turns import in_turns
from filiere.web import TableView

from distribute.allocation.plan import Plan, array
from distribute.allocation.proposals import service
from distribute.allocation.proposals.archive_cache import Opened
from distribute.allocation.proposals.decisions import Change, Decision, decide
from distribute.allocation.proposals.repository import ProposalsRepository, RequestedLine
from distribute.allocation.proposals.schemas import LineOut
from distribute.engine import Reason
from distribute.orders.schemas import reference
from distribute.why import say

# What was computed never changes, so what was decided of it follows from the changes alone: the last few are kept.
KEPT = 4
_decided: "LRUCache[tuple[UUID, tuple[tuple[UUID, Change], ...]], Decided]" = LRUCache(KEPT)
# The lines of a proposal as they come, the oldest order first: of twenty thousand, a page asks for fifty.
_order: "LRUCache[UUID, list[UUID]]" = LRUCache(KEPT)


@dataclass(frozen=True, slots=True)
class Decided:
    """A proposal as computed, the changes by hand, and what comes of both."""

    opened: Opened
    changes: Mapping[UUID, Change]
    decisions: Sequence[Decision]
    reasons: Mapping[UUID, Reason]
    by_line: Mapping[UUID, Decision]
    given: int
    relais: int  # how many get any
    # Made when a look asks for them: the lines in an order of a table, by its name; what the database is asked by.
    queues: dict[str, "Queue"] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)

    @classmethod
    def of(cls, opened: Opened, changes: Mapping[UUID, Change], decisions: Sequence[Decision]) -> Self:
        """Looked through once: every look at a page asks."""
        reasons = {UUID(line.line_id): line.reason for line in opened.allocation.lines}
        served = [one.line_id for one in decisions if one.devices]
        return cls(
            opened,
            changes,
            decisions,
            reasons,
            {one.line_id: one for one in decisions},
            sum(len(one.devices) for one in decisions),
            len({reasons[one].relais.relais_id for one in served}),
        )


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks for: lines that are `short`, `complete` or `changed`, of Relais or orders whose name holds
    `q`; the oldest order first, or sorted by `relais` or `given`, with a minus from the last to the first."""

    only: str = ""
    q: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Some lines in some order, and the same as a text that the database reads at once; `of`: whose order it keeps."""

    of: Sequence[UUID]
    ids: Sequence[UUID]
    text: str


async def decided(session: AsyncReadSession | AsyncSession, proposal_id: UUID) -> Decided:
    """Raises ProposalNotFound, ProposalNotComputed."""
    changes = await service.changes_of(session, proposal_id)
    key = (proposal_id, tuple(sorted(changes.items(), key=lambda one: one[0])))
    found = _decided.get(key)
    if found is None:
        opened = await service.opened_of(session, proposal_id)
        found = _decided[key] = await asyncio.to_thread(_decide, opened, changes)
    return found


def _decide(opened: Opened, changes: Mapping[UUID, Change]) -> Decided:
    return Decided.of(opened, changes, decide(opened.problem, opened.allocation, changes))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a proposal before it is written out: a large proposal has twenty thousand, a page shows fifty."""

    decision: Decision
    requested: RequestedLine
    reason: Reason
    changed: bool

    @property
    def given(self) -> int:
        return len(self.decision.devices)

    def out(self) -> LineOut:
        """As the API gives it and the pages show it."""
        requested, decision = self.requested, self.decision
        return LineOut(
            line_id=decision.line_id,
            order_id=requested.order_id,
            reference=reference(requested.number),
            relais_id=requested.relais_id,
            relais_name=requested.relais_name,
            territory=requested.territory,
            category=Category(requested.category),
            min_grade=Grade(requested.min_grade),
            instead=[Category(other) for other in requested.substitutes],
            publics=requested.publics,
            urgent=requested.urgent,
            wanted_on=requested.wanted_on,
            campaign=requested.campaign,
            wanted=decision.wanted,
            proposed=self.reason.given,
            given=self.given,
            changed=self.changed,
            reason=say(decision.why),
            why=decision.why,
            **_figures(self.reason),
        )


async def lines_of(session: AsyncReadSession | AsyncSession, found: Decided, ids: Sequence[UUID]) -> list[Line]:
    """These lines, oldest order first."""
    return await lay_out(found, await ProposalsRepository.from_session(session).requested_lines(ids))


async def plan_of(found: Decided) -> Plan:
    """What is decided, as the database is asked whether it still holds."""
    if not found.plans:
        found.plans.append(await Plan.of(found.decisions))
    return found.plans[0]


async def part_of(
    session: AsyncReadSession | AsyncSession, proposal_id: UUID, found: Decided, look: Look, part: Part
) -> tuple[list[Line], int]:
    """Some of the lines that somebody looks for, as they are looked at, and how many there are."""
    repository = ProposalsRepository.from_session(session)
    order = _order.get(proposal_id)
    if order is None:
        order = _order[proposal_id] = await repository.in_order(list(found.by_line))
    by_name = look.sort if look.sort.endswith("relais") else ""
    queue = await _queue(found, order, look.only, "" if by_name else look.sort)
    if look.q or by_name:
        ids, total = await repository.sought(queue.text, look.q, by_name, part)
    else:
        end = None if part.limit is None else part.offset + part.limit
        ids, total = list(queue.ids[part.offset : end]), len(queue.ids)
    lines = {line.decision.line_id: line for line in await lines_of(session, found, ids)}
    if len(lines) < len(ids):
        # An order was written anew since, without some of its lines.
        _order.pop(proposal_id, None)
        return await part_of(session, proposal_id, found, look, part)
    return [lines[one] for one in ids], total


async def _queue(found: Decided, order: Sequence[UUID], only: str, sort: str) -> Queue:
    """The lines of a proposal that are `short`, `complete` or `changed`: as they come, or by what they are given."""
    name = f"{only}/{sort}"
    kept = found.queues.get(name)
    if kept is None or kept.of is not order:
        ids = [one async for one in in_turns(order) if not only or TESTS[only](found, found.by_line[one])]
        if sort:
            ids.sort(key=lambda one: len(found.by_line[one].devices), reverse=sort.startswith("-"))
        words = [str(one) async for one in in_turns(ids)]
        kept = found.queues[name] = Queue(order, ids, array(words))
    return kept


TESTS: Mapping[str, Callable[[Decided, Decision], bool]] = {
    "short": lambda _, one: len(one.devices) < one.wanted,
    "complete": lambda _, one: len(one.devices) == one.wanted,
    "changed": lambda found, one: one.line_id in found.changes,
}


async def lay_out(found: Decided, requested: Mapping[UUID, RequestedLine]) -> list[Line]:
    """What was decided of each line beside what it asks for, in the order of `requested`.

    In turns: a thread would hold the interpreter for longer than a neighbour's whole answer takes.
    """
    lines: list[Line] = []
    async for line_id, asked in in_turns(requested.items()):
        lines.append(Line(found.by_line[line_id], asked, found.reasons[line_id], line_id in found.changes))
    return lines


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


async def seen(
    session: AsyncReadSession | AsyncSession, proposal_id: UUID, found: Decided, view: TableView, part: Part
) -> tuple[list[Line], int]:
    """What the table shows of a part of its rows, and how many there are on all of its pages."""
    return await part_of(session, proposal_id, found, Look(view["lignes"], view.q, view.order), part)
