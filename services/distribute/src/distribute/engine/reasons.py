"""The reason of every line, read off the decomposition: the cut that decided is the cut that is told."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from distribute.engine.assignment import Assignment
from distribute.engine.distinct import distinct
from distribute.engine.exchanges import Exchanges
from distribute.engine.fair_shares import Parts
from distribute.engine.flow import Integers
from distribute.engine.instance import NOWHERE, Instance
from distribute.engine.result import Binding, Bottleneck, Reason, RelaisResult
from distribute.engine.whole_shares import Shares

_PATTERNS_AT_ONCE = 64


def bottlenecks(instance: Instance, shares: Shares) -> tuple[list[Bottleneck], dict[int, int]]:
    """The tight sets of a network, lowest level first, and the number of each by its part."""
    parts, plan = shares.fair, shares.plan
    owner = parts.part[plan.network.players]
    limited: list[tuple[Fraction, int]] = []
    for part in distinct(owner).tolist():
        settled = parts.settled[part]
        if settled is not None and settled.level is not None:
            limited.append((settled.level, part))
    fixed = np.zeros(len(parts.targets), np.int64)
    np.add.at(fixed, parts.part, parts.fixed)
    names = [one.id for one in instance.problem.relais]
    classes = [one.id for one in instance.problem.classes]
    members = _members(owner)
    stocked = _members(parts.part[: len(classes)])
    found: list[Bottleneck] = []
    number: dict[int, int] = {}
    for level, part in sorted(limited):
        players = members[part]
        if parts.targets[part] == fixed[part]:
            # Whoever is here was served more than those behind the bottlenecks below, and gets nothing of them.
            continue
        number[part] = len(found)
        found.append(
            Bottleneck(
                level * 1000,
                tuple(names[one] for one in plan.relais_of[players].tolist()),
                tuple(classes[one] for one in stocked.get(part, np.zeros(0, np.int64)).tolist()),
                parts.targets[part] - int(fixed[part]),
                int(shares.most[players].sum()),
            )
        )
    return found, number


def relais_results(
    instance: Instance, shares: Shares, promised: Integers, given: Integers, number: dict[int, int]
) -> list[RelaisResult]:
    """What each Relais gets, by number."""
    parts, plan = shares.fair, shares.plan
    where: list[int | None] = [None] * len(instance.slope)
    for relais, part in zip(plan.relais_of.tolist(), parts.part[plan.network.players].tolist(), strict=True):
        where[relais] = number.get(part)
    columns = (instance.asked, instance.served, promised, shares.numerator, shares.denominator, given)
    return [
        RelaisResult(one.id, weight, asked, before, urgent, urgent + Fraction(top, bottom), got, at)
        for one, weight, at, asked, before, urgent, top, bottom, got in zip(
            instance.problem.relais,
            instance.weights,
            where,
            *(column.tolist() for column in columns),
            strict=True,
        )
    ]


def reasons(
    instance: Instance,
    shares: Shares,
    totals: Integers,
    substitutes: Integers,
    assignment: Assignment,
    relais: Sequence[RelaisResult],
    bottlenecks: Sequence[Bottleneck],
    number: dict[int, int],
) -> list[Reason]:
    """One reason per line."""
    bindings, at = _bindings(instance, shares, totals, assignment, relais, number)
    # Behind the last pattern stands NOWHERE: nothing is ready for it.
    ready, rivals = (np.append(column, 0)[instance.line_pattern] for column in competition(instance))
    return [
        Reason(
            binding,
            wanted,
            given,
            instead,
            relais[owner],
            bottlenecks[place] if place is not None else None,
            suiting,
            lacking,
        )
        for binding, wanted, given, instead, owner, place, suiting, lacking in zip(
            bindings,
            instance.quantity.tolist(),
            totals.tolist(),
            substitutes.tolist(),
            instance.line_relais.tolist(),
            at,
            ready.tolist(),
            rivals.tolist(),
            strict=True,
        )
    ]


def competition(instance: Instance) -> tuple[Integers, Integers]:
    """Per pattern: the devices that it could have, and what all lines that could have one of them lack together."""
    patterns, gates = instance.patterns, instance.gates
    held = np.concatenate([np.arange(len(instance.stock)), gates.of_class])[patterns.source]
    most = np.concatenate([instance.stock, np.minimum(gates.capacity, instance.stock[gates.of_class])])
    ready = np.zeros(patterns.count, np.int64)
    np.add.at(ready, patterns.pattern, most[patterns.source])
    # Patterns by the first and the last class that they accept: like ones stand together, and so do their bits below.
    lowest, highest = np.full(patterns.count, len(instance.stock), np.int64), np.zeros(patterns.count, np.int64)
    np.minimum.at(lowest, patterns.pattern, held)
    np.maximum.at(highest, patterns.pattern, held)
    by_class = np.lexsort((highest, lowest))
    place = np.empty_like(by_class)
    place[by_class] = np.arange(patterns.count)
    # A row of bits per class: which patterns it suits. In whole words, for speed.
    width = -(-patterns.count // 64) * 64
    suits = np.zeros((len(instance.stock), width), np.bool_)
    suits[held, place[patterns.pattern]] = True
    words = np.packbits(suits, axis=1).view(np.uint64)
    demand = np.zeros(width, np.int64)
    np.add.at(demand, place[instance.line_pattern[instance.relevant]], instance.quantity[instance.relevant])
    # What each of the 256 values of a byte of such a row means in demand, per byte.
    meant = demand.reshape(-1, 8) @ np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.int64).T
    order = np.argsort(place[patterns.pattern], kind="stable")
    held = held[order]
    first = np.searchsorted(place[patterns.pattern[order]], np.arange(patterns.count + 1))
    rivals = np.zeros(patterns.count, np.int64)
    for start in range(0, patterns.count, _PATTERNS_AT_ONCE):
        end = min(start + _PATTERNS_AT_ONCE, patterns.count)
        classes, row = np.unique(held[first[start] : first[end]], return_inverse=True)
        # Only the words in which any of these classes has a bit.
        some = np.flatnonzero(np.bitwise_or.reduce(words[classes], axis=0))
        any_of_them = np.bitwise_or.reduceat(words[np.ix_(classes, some)][row], first[start:end] - first[start], axis=0)
        byte = (256 * (8 * some[:, None] + np.arange(8))).ravel()
        rivals[start:end] = meant.ravel()[any_of_them.view(np.uint8) + byte].sum(axis=1)
    return ready, rivals[place]


def _bindings(
    instance: Instance,
    shares: Shares,
    totals: Integers,
    assignment: Assignment,
    relais: Sequence[RelaisResult],
    number: dict[int, int],
) -> tuple[list[Binding], list[int | None]]:
    parts, plan = shares.fair, shares.plan
    nearest, at_gate = _nearest(instance, parts)
    part_of_relais = np.full(len(instance.slope), NOWHERE, np.int64)
    part_of_relais[plan.relais_of] = parts.part[plan.network.players]
    pressing = _Pressing(instance, totals, assignment)
    hindrances = _hindrances(instance)
    caps = instance.cap.tolist()
    exchanges: Exchanges | None = None
    found: list[Binding] = []
    at: list[int | None] = []
    for line, (pattern, owner, wanted, given) in enumerate(
        zip(
            instance.line_pattern.tolist(),
            instance.line_relais.tolist(),
            instance.quantity.tolist(),
            totals.tolist(),
            strict=True,
        )
    ):
        place = None
        if given == wanted:
            binding = Binding.COMPLETE
        elif not instance.problem.relais[owner].has_agreement:
            binding = Binding.NO_AGREEMENT
        elif pattern == NOWHERE:
            binding = hindrances[line]
        else:
            mine, theirs = int(part_of_relais[owner]), nearest[pattern]
            one, place = relais[owner], number.get(theirs)
            if one.fair == caps[owner]:
                exchanges = exchanges or Exchanges(instance, shares, relais)
            if one.fair == caps[owner] and exchanges and exchanges.would_give_more(owner, pattern):
                binding, place = Binding.CAP, None
            elif at_gate[pattern]:
                binding = Binding.CAMPAIGN_SHARE
            elif place is None and not (theirs == mine and one.fair == caps[owner] > 0):
                # What it accepts all leaves by urgent desks, or completes lines of Relais with a lower share.
                binding = Binding.SPOKEN_FOR
            elif one.fair == 0:
                binding = Binding.ALREADY_SERVED
            elif theirs != mine:
                # All that the line accepts lies behind bottlenecks of Relais with no higher share.
                binding = Binding.LESS_SERVED_FIRST
            elif one.given == 0:
                binding = Binding.BELOW_ONE_DEVICE
            elif given == 0 and pressing.took_what_suits(line):
                binding = Binding.MORE_PRESSING_LINES
            else:
                # Also at a cap that hides nothing: what suits is used up, by lines of no higher share and its own.
                binding = Binding.SHARED
        found.append(binding)
        at.append(place)
    return found, at


class _Pressing:
    """What the more pressing lines of a Relais took."""

    def __init__(self, instance: Instance, totals: Integers, assignment: Assignment) -> None:
        self.last = _last_served(instance, totals).tolist()
        self.position = instance.position.tolist()
        self.taken: dict[int, set[int]] = {}
        owner = instance.line_relais[assignment.line]
        for one, of_class in zip(owner.tolist(), assignment.of_class.tolist(), strict=True):
            self.taken.setdefault(one, set()).add(of_class)
        patterns = instance.patterns
        order = np.argsort(patterns.pattern, kind="stable")
        held = np.concatenate([np.arange(len(instance.stock)), instance.gates.of_class])[patterns.source[order]]
        self.suiting: list[int] = held.tolist()
        self.first = np.searchsorted(patterns.pattern[order], np.arange(patterns.count + 1)).tolist()
        self.owner, self.pattern = instance.line_relais.tolist(), instance.line_pattern.tolist()

    def took_what_suits(self, line: int) -> bool:
        """Whether all that the Relais gets goes to lines before this one, and some of it would have suited this one."""
        owner, pattern = self.owner[line], self.pattern[line]
        if self.last[owner] >= self.position[line] or owner not in self.taken:
            return False
        return not self.taken[owner].isdisjoint(self.suiting[self.first[pattern] : self.first[pattern + 1]])


def _depths(parts: Parts) -> Integers:
    """Order of the parts by level; what nothing limits comes last."""
    levels = [one.level if one is not None else None for one in parts.settled]
    order = {level: rank for rank, level in enumerate(sorted({one for one in levels if one is not None}))}
    return np.array([order[one] if one is not None else len(order) for one in levels], np.int64)


def _nearest(instance: Instance, parts: Parts) -> tuple[list[int], list[bool]]:
    """Per pattern, the part with the highest level among those of the classes and gates that it accepts; and whether
    it ends there at gates, with all of its gates used up while their classes have more, for others."""
    patterns, classes = instance.patterns, len(instance.stock)
    # Arcs to gates come first. Behind one that is used up its campaign shares apart; else the class decides.
    used_up = parts.full[: len(instance.gates.of_class)]
    part = parts.part[
        np.concatenate(
            [np.arange(classes), np.where(used_up, classes + np.arange(len(used_up)), instance.gates.of_class)]
        )
    ][patterns.source]
    shut = np.concatenate([np.zeros(classes, np.bool_), used_up])[patterns.source]
    order = np.lexsort((~shut, _depths(parts)[part], patterns.pattern))
    last = np.searchsorted(patterns.pattern[order], np.arange(patterns.count), side="right") - 1
    at_gate = shut[order][last]
    at_gate[patterns.pattern[(patterns.source >= classes) & ~shut]] = False
    nearest: list[int] = part[order][last].tolist()
    return nearest, at_gate.tolist()


def _last_served(instance: Instance, totals: Integers) -> Integers:
    """Position of the least pressing line that got something, per Relais."""
    last = np.full(len(instance.slope), NOWHERE, np.int64)
    served = np.flatnonzero(totals)
    np.maximum.at(last, instance.line_relais[served], instance.position[served])
    return last


def _hindrances(instance: Instance) -> dict[int, Binding]:
    """Of each line that no device may go to: what stands between it and what would suit."""
    problem = instance.problem
    held = {one.id: one for one in problem.classes}
    ready = {one.id: [held[name] for tier in one.tiers for name in tier if name in held] for one in problem.acceptances}
    found: dict[int, Binding] = {}
    for number in np.flatnonzero(instance.line_pattern == NOWHERE).tolist():
        line = problem.lines[number]
        may_receive = problem.relais[int(instance.line_relais[number])].may_receive_public_origin
        # A class that is both is counted where the line could not have it whoever asked.
        public = [one for one in ready[line.acceptance_id] if one.public_origin and not may_receive]
        others = [one for one in ready[line.acceptance_id] if not one.public_origin or may_receive]
        if not ready[line.acceptance_id]:
            found[number] = Binding.NOTHING_READY
        elif public and others:
            found[number] = Binding.NOT_ALLOWED
        elif public:
            found[number] = Binding.PUBLIC_ONLY
        elif line.campaign is not None:
            found[number] = Binding.OUT_OF_CAMPAIGN
        else:
            found[number] = Binding.SET_ASIDE
    return found


def _members(owner: Integers) -> dict[int, Integers]:
    """Indices by value."""
    order = np.argsort(owner, kind="stable")
    values, starts = np.unique(owner[order], return_index=True)
    return dict(zip(values.tolist(), np.split(order, starts[1:]), strict=True)) if len(order) else {}
