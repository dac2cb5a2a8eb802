"""Check a run without trusting the engine: plain Python over the snapshot, the certificate and the answer.

Shares none of the engine's flow code. It builds the networks again from the snapshot, by name, and checks in one pass
over arcs and nodes that the certificate's flow exists (capacities, conservation, exact fractions) and that it is fair.

Why one pass is enough. Every node has a level, and devices can only ever be shifted from a node to one of the same or
a higher level: an arc that could carry more leads no lower, an arc that carries something comes from no lower. A Relais
that gets something stands at its node's level or below, one that lacks something stands there or above. So whoever
could be given more could only be given it by Relais whose share is already equal or lower: this is the weighted
lexicographic max-min.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from distribute.allocation.engine.policy import Policy, weigh
from distribute.allocation.engine.problem import Line, Problem, Relais, StockClass
from distribute.allocation.engine.result import Allocation

Pattern = tuple[tuple[tuple[str, ...], ...], str | None, bool]


class NotProved(ValueError):
    """The certificate does not prove the answer; the message says where."""


@dataclass(slots=True)
class _Network:
    arcs: dict[tuple[str, str], int | None] = field(default_factory=dict)  # None: no limit
    supply: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)  # per Relais

    def widen(self, tail: str, head: str, by: int) -> None:
        self.arcs[tail, head] = (self.arcs.get((tail, head)) or 0) + by


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rules say of each Relais that has a line some device could go to.

    Patterns are numbered: each names hundreds of classes, and is too long to look up for every line.
    """

    lines: list[tuple[Line, int]]
    patterns: list[Pattern]
    reach: list[dict[str, str]]  # per pattern: class → the node it comes from
    slope: dict[str, int]
    caps: dict[str, int | None]


def verify(problem: Problem, policy: Policy, allocation: Allocation, proof: Mapping[str, Any]) -> None:
    """Raise NotProved unless shares are fair, rounding is within one device and every device is rightly given."""
    gates = _gates(problem, policy)
    facts = _facts(problem, policy, gates)
    told = {_pattern(one): f"pattern/{number}" for number, one in enumerate(proof["patterns"])}
    names = [told.get(one) for one in facts.patterns]
    promised: dict[str, int] = {}
    if proof["urgent"] is not None:
        network = _build(problem, policy, facts, names, gates, only_urgent=True, promised={})
        _check_network(problem, facts, network, proof["urgent"], promised)
        promised = proof["urgent"]["whole"]
    network = _build(problem, policy, facts, names, gates, only_urgent=False, promised=promised)
    _check_network(problem, facts, network, proof["common"], promised)
    _check_answer(problem, facts, gates, allocation, proof, promised)


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise NotProved(what)


def _pattern(one: Mapping[str, Any]) -> Pattern:
    return tuple(tuple(tier) for tier in one["tiers"]), one["campaign"], one["public_origin"]


def _gates(problem: Problem, policy: Policy) -> dict[tuple[str, str], int]:
    """(class, campaign) → devices of the stock of everybody that the campaign may take."""
    gates: dict[tuple[str, str], int] = {}
    for campaign in {line.campaign for line in problem.lines if line.campaign is not None}:
        percent = policy.campaign_share(campaign)
        for category in {one.category for one in problem.classes}:
            members = sorted(
                (one.id, len(one.devices))
                for one in problem.classes
                if one.category == category and one.campaign is None
            )
            free = sum(stock for _, stock in members)
            past = [one for one in problem.lately if one.category == category]
            part = percent * (free + sum(one.of_everybody for one in past))
            part -= 100 * sum(dict(one.campaigns).get(campaign, 0) for one in past)
            part = min(max(part, 0), 100 * free)
            # Without a free device nothing is spread: any unit will do.
            unit = max(100 * free, 1)
            left = part // 100 - sum(stock * part // unit for _, stock in members)
            for name, stock in sorted(members, key=lambda one: (-(one[1] * part % unit), one[0])):
                most = stock * part // unit + (left > 0)
                left -= 1
                if most:
                    gates[name, campaign] = most
    return gates


def _facts(problem: Problem, policy: Policy, gates: Mapping[tuple[str, str], int]) -> _Facts:
    relais = {one.id: one for one in problem.relais}
    acceptances = {one.id: tuple(tuple(sorted(tier)) for tier in one.tiers) for one in problem.acceptances}
    classes = {one.id: one for one in problem.classes}
    number_of: dict[tuple[str, str | None, bool], int] = {}
    known: dict[Pattern, int] = {}
    reach: list[dict[str, str]] = []
    lines: list[tuple[Line, int]] = []
    for line in problem.lines:
        owner = relais[line.relais_id]
        if not owner.has_agreement:
            continue
        key = (line.acceptance_id, line.campaign, owner.may_receive_public_origin)
        if key not in number_of:
            pattern = (acceptances[line.acceptance_id], *key[1:])
            number_of[key] = known.setdefault(pattern, len(known))
            if len(known) > len(reach):
                reach.append(_reach(pattern, classes, gates))
        if reach[number_of[key]]:
            lines.append((line, number_of[key]))
    slope, caps = {}, {}
    wanted: Counter[str] = Counter()
    oldest: dict[str, date] = {}
    for line, _ in lines:
        wanted[line.relais_id] += line.quantity
        oldest[line.relais_id] = min(line.placed_on, oldest.get(line.relais_id, line.placed_on))
    for name, quantity in wanted.items():
        weight = weigh(policy, relais[name], (problem.as_of - oldest[name]).days)
        slope[name] = weight.thousandths * (relais[name].asked + quantity)
        caps[name] = _cap(relais[name], policy)
    return _Facts(lines, list(known), reach, slope, caps)


def _reach(pattern: Pattern, classes: Mapping[str, StockClass], gates: Mapping[tuple[str, str], int]) -> dict[str, str]:
    tiers, campaign, may_receive_public_origin = pattern
    found = {}
    for name in (name for tier in tiers for name in tier):
        held = classes[name]
        if not held.devices or (held.public_origin and not may_receive_public_origin):
            continue
        if held.campaign is None and campaign is not None:
            if (name, campaign) in gates:
                found[name] = f"gate/{name}/{campaign}"
        elif held.campaign in (None, campaign):
            found[name] = f"class/{name}"
    return found


def _cap(relais: Relais, policy: Policy) -> int | None:
    return min((one for one in (relais.cap, policy.cap_per_run) if one is not None), default=None)


def _build(
    problem: Problem,
    policy: Policy,
    facts: _Facts,
    names: Sequence[str | None],
    gates: Mapping[tuple[str, str], int],
    *,
    only_urgent: bool,
    promised: Mapping[str, int],
) -> _Network:
    network = _Network()
    wanted: Counter[str] = Counter()
    used: dict[int, str] = {}
    for line, pattern in facts.lines:
        if only_urgent and not line.urgent:
            continue
        name = names[pattern]
        _need(name is not None, f"line {line.id} has a pattern that the certificate does not know")
        assert name is not None
        at_desk = line.urgent and not only_urgent
        door = f"{'desk' if at_desk else 'relais'}/{line.relais_id}"
        if at_desk:
            network.arcs[door, f"relais/{line.relais_id}"] = None
            network.fixed[door] = promised.get(line.relais_id, 0)
        network.widen(name, door, line.quantity)
        wanted[line.relais_id] += line.quantity
        used[pattern] = name
    for pattern, name in used.items():
        for source in facts.reach[pattern].values():
            network.arcs[source, name] = None
    passed = {source for reach in facts.reach for source in reach.values()}
    for (name, campaign), most in gates.items():
        if f"gate/{name}/{campaign}" in passed:
            network.arcs[f"class/{name}", f"gate/{name}/{campaign}"] = most
    ready: Counter[str] = Counter()
    for one in problem.classes:
        if not one.devices:
            continue
        ready[one.category] += len(one.devices)
        if only_urgent:
            network.arcs[f"category/{one.category}", f"class/{one.id}"] = len(one.devices)
        else:
            network.supply[f"class/{one.id}"] = len(one.devices)
    if only_urgent:
        for name, count in ready.items():
            past = [one for one in problem.lately if one.category == name]
            part = -(-policy.urgent_percent * (count + sum(one.given for one in past)) // 100)
            network.supply[f"category/{name}"] = min(max(part - sum(one.urgent for one in past), 0), count)
    for name, quantity in wanted.items():
        cap = facts.caps[name]
        network.most[name] = (quantity if cap is None else min(quantity, cap)) - promised.get(name, 0)
    return network


def _check_network(
    problem: Problem, facts: _Facts, network: _Network, proof: Mapping[str, Any], promised: Mapping[str, int]
) -> None:
    part: Mapping[str, int] = proof["nodes"]
    levels = [Fraction(*one) if one is not None else None for one in proof["levels"]]
    ranks = {level: rank for rank, level in enumerate(sorted({one for one in levels if one is not None}))}
    rank = [ranks[one] if one is not None else len(ranks) for one in levels]
    shares = {name: Fraction(*one) for name, one in proof["shares"].items()}
    flows = {(tail, head): Fraction(top, bottom) for tail, head, top, bottom in proof["flows"]}
    _need(flows.keys() <= network.arcs.keys(), "a flow on an arc that does not exist")
    _need(shares.keys() == network.most.keys(), "shares of other Relais than those that may receive")
    balance: dict[str, Fraction] = dict.fromkeys(part, Fraction(0))
    for (tail, head), capacity in network.arcs.items():
        flow = flows.get((tail, head), Fraction(0))
        _need(flow >= 0 and (capacity is None or flow <= capacity), f"too much from {tail} to {head}")
        if capacity is None or flow < capacity:
            _need(rank[part[tail]] <= rank[part[head]], f"{tail} could give to {head}, which is lower")
        if flow:
            balance[tail] += flow
            balance[head] -= flow
            _need(rank[part[head]] <= rank[part[tail]], f"{tail} gives to {head}, which is higher")
    for node, at in part.items():
        used = balance[node] + network.fixed.get(node, 0)
        if node.startswith("relais/") and (name := node.removeprefix("relais/")) in shares:
            used += shares[name]
        supply = network.supply.get(node, 0)
        _need(0 <= used <= supply, f"{node} gives out more or less than it has")
        _need(used == supply or levels[at] is None, f"{node} keeps devices that somebody lacks")
    before = {one.id: one.served + promised.get(one.id, 0) for one in problem.relais}
    moved: dict[int, Fraction] = dict.fromkeys(part.values(), Fraction(0))
    for name, share in shares.items():
        level = levels[part[f"relais/{name}"]]
        reached = (before[name] + share) / facts.slope[name]
        _need(0 <= share <= network.most[name], f"Relais {name} gets an impossible share")
        if level is None:
            _need(share == network.most[name], f"Relais {name} lacks what nothing limits")
        else:
            _need(share == network.most[name] or reached >= level, f"Relais {name} is below its level")
            _need(share == 0 or reached <= level, f"Relais {name} is above its level")
        _need(abs(proof["whole"][name] - share) < 1, f"Relais {name} is moved by a whole device")
        moved[part[f"relais/{name}"]] += proof["whole"][name] - share
    _need(not any(moved.values()), "rounding moves devices into or out of a bottleneck")


def _check_answer(
    problem: Problem,
    facts: _Facts,
    gates: Mapping[tuple[str, str], int],
    allocation: Allocation,
    proof: Mapping[str, Any],
    promised: Mapping[str, int],
) -> None:
    home = {device.id: one.id for one in problem.classes for device in one.devices}
    pattern_of = {line.id: pattern for line, pattern in facts.lines}
    quantity = {line.id: (line.relais_id, line.quantity, line.urgent, line.campaign) for line in problem.lines}
    given: Counter[str] = Counter()
    urgent: Counter[str] = Counter()
    through: Counter[tuple[str, str]] = Counter()
    gone: set[str] = set()
    _need([one.line_id for one in allocation.lines] == sorted(quantity), "lines are missing, or there are too many")
    for line in allocation.lines:
        relais, most, is_urgent, campaign = quantity[line.line_id]
        total = 0
        for take in line.takes:
            _need(
                take.class_id in facts.reach[pattern_of[line.line_id]], f"line {line.line_id} may not take this class"
            )
            tiers = facts.patterns[pattern_of[line.line_id]][0]
            _need(take.class_id in tiers[take.tier], f"line {line.line_id} says the wrong preference")
            for device in take.devices:
                _need(home.get(device) == take.class_id and device not in gone, f"device {device} is given twice")
                gone.add(device)
            total += len(take.devices)
            if campaign is not None:
                through[take.class_id, campaign] += len(take.devices)
        _need(total == line.given <= most, f"line {line.line_id} gets more than it lacks, or says so")
        given[relais] += total
        urgent[relais] += total if is_urgent else 0
    for key, count in through.items():
        _need(count <= gates.get(key, count), f"a campaign takes too much of {key[0]}")
    whole: Mapping[str, int] = proof["common"]["whole"]
    for one in allocation.relais:
        fair = Fraction(*proof["common"]["shares"].get(one.relais_id, (0, 1))) + promised.get(one.relais_id, 0)
        _need(one.fair == fair, f"Relais {one.relais_id} is told another share than the certificate's")
        expected = whole.get(one.relais_id, 0) + promised.get(one.relais_id, 0)
        _need(given[one.relais_id] == one.given == expected, f"Relais {one.relais_id} gets another number of devices")
        _need(urgent[one.relais_id] >= promised.get(one.relais_id, 0), f"Relais {one.relais_id}: urgent lines lack")
