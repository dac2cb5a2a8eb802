"""From a computed allocation to what each line is to be given: the coordination's changes applied, the sentence said.

Pure. A change that takes devices from a line frees them; a change that gives more takes what the line accepts and may
have from what is free: nobody else's devices, nothing that is set aside for another campaign or that only others may
receive. What the coordination may exceed by hand is a quantity of the rule: a campaign's part of the stock of everybody
and the most that a Relais gets in one run.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from filiere.catalogue import Category, Grade

from distribute.allocation.proposals.snapshot import wish_of
from distribute.engine import Allocation, Binding, LineResult, Problem, StockClass
from distribute.engine.sentences import facts_of
from distribute.orders.alternatives import Left, offer
from distribute.reservations.repository import Promised
from distribute.why import Computed

# Whoever may receive nothing more is offered nothing instead.
WITHOUT_OFFER = frozenset({Binding.NO_AGREEMENT, Binding.CAP})


@dataclass(frozen=True, slots=True)
class Change:
    """What the coordination decided for a line, and why."""

    given: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Right:
    """What hard rules let a line have: the same for all lines of its campaign and of Relais like its own."""

    has_agreement: bool
    campaign: str | None
    public_origin: bool

    def reaches(self, one: StockClass) -> bool:
        return (
            self.has_agreement
            and one.campaign in (None, self.campaign)
            and (self.public_origin or not one.public_origin)
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What a line is to be given and why."""

    line_id: UUID
    wanted: int
    devices: tuple[Promised, ...]
    why: Computed


def decide(problem: Problem, allocation: Allocation, changes: Mapping[UUID, Change] | None = None) -> list[Decision]:
    """One decision per line of the allocation, in its order."""
    changed = {str(line_id): change for line_id, change in (changes or {}).items()}
    classes = {one.id: one for one in problem.classes}
    given = {line.line_id: _devices(line, classes) for line in allocation.lines}
    for line_id, change in changed.items():
        given[line_id] = given[line_id][: change.given]
    taken = {one.device_id for devices in given.values() for one in devices}
    free = {one.id: [device for device in _members(one) if device.device_id not in taken] for one in problem.classes}
    accepts = {one.id: [name for tier in one.tiers for name in tier] for one in problem.acceptances}
    acceptance = {line.id: line.acceptance_id for line in problem.lines}
    owners = {one.id: one for one in problem.relais}
    right = {
        line.id: _Right(owner.has_agreement, line.campaign, owner.may_receive_public_origin)
        for line in problem.lines
        for owner in [owners[line.relais_id]]
    }
    # In the order of the lines' ids, so that the same changes always give the same devices.
    for line_id, change in sorted(changed.items()):
        for name in accepts[acceptance[line_id]]:
            if not right[line_id].reaches(classes[name]):
                continue
            more = change.given - len(given[line_id])
            given[line_id] += free[name][:more]
            del free[name][:more]
    received: Counter[str] = Counter()
    for line in allocation.lines:
        received[line.relais_id] += len(given[line.line_id])
    # What a change by hand left free and another line still lacks is nobody's to order: the next run gives it there.
    lacked = {
        name
        for one in {
            (acceptance[line.line_id], right[line.line_id])
            for line in allocation.lines
            if len(given[line.line_id]) < line.wanted and line.reason.binding not in WITHOUT_OFFER
        }
        for name in accepts[one[0]]
        if one[1].reaches(classes[name])
    }
    unclaimed = {name: devices for name, devices in free.items() if name not in lacked}
    left = {one: _left(problem, unclaimed, one) for one in set(right.values())}
    return [
        Decision(
            UUID(line.line_id),
            line.wanted,
            tuple(given[line.line_id]),
            _why(
                line,
                len(given[line.line_id]),
                received[line.relais_id],
                changed.get(line.line_id),
                acceptance[line.line_id],
                left[right[line.line_id]],
            ),
        )
        for line in allocation.lines
    ]


def _left(problem: Problem, free: Mapping[str, Sequence[Promised]], right: _Right) -> Left:
    """What nobody takes, of what such a line may have."""
    left: Counter[tuple[Category, Grade]] = Counter()
    for one in problem.classes:
        if right.reaches(one):
            left[Category(one.category), Grade(one.grade)] += len(free.get(one.id, ()))
    return left


def _members(one: StockClass) -> list[Promised]:
    return [_promised(device.id, one) for device in one.devices]


def _promised(device_id: str, one: StockClass) -> Promised:
    return Promised(UUID(device_id), one.category, one.grade, one.campaign)


def _devices(line: LineResult, classes: Mapping[str, StockClass]) -> list[Promised]:
    """The devices of a line, what it prefers first."""
    takes = sorted(line.takes, key=lambda take: (take.tier, take.class_id))
    return [_promised(device, classes[take.class_id]) for take in takes for device in take.devices]


def _why(
    line: LineResult, given: int, received: int, change: Change | None, acceptance_id: str, left: Left
) -> Computed:
    facts, decision = facts_of(line.reason, received), change.reason if change is not None else None
    if given == line.wanted or line.reason.binding in WITHOUT_OFFER:
        return Computed(facts=facts, decision=decision)
    min_grade, categories = wish_of(acceptance_id)
    return Computed(facts=facts, decision=decision, free=offer(categories[0], min_grade, categories, left))
