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

from distribute.engine.policy import Policy, weigh
from distribute.engine.problem import Line, Problem, Relais, StockClass
from distribute.engine.result import Allocation, version_of
from distribute.engine.verify_input import Certified, Facts, NotProved, Pattern, need, read
from distribute.engine.verify_reasons import check_reasons
from distribute.engine.verify_takes import check_takes

__all__ = ["NotProved", "verify"]


@dataclass(slots=True)
class _Network:
    nodes: set[str] = field(default_factory=set)
    arcs: dict[tuple[str, str], int | None] = field(default_factory=dict)  # None: no limit
    supply: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)  # per Relais

    def widen(self, tail: str, head: str, by: int) -> None:
        self.arcs[tail, head] = (self.arcs.get((tail, head)) or 0) + by


def verify(problem: Problem, policy: Policy, allocation: Allocation, proof: Mapping[str, Any]) -> None:
    """Raise NotProved unless shares are fair, rounding is within one device, every device is rightly given and all
    that is told follows from it.

    What it leaves to the replay: whom rounding completes first within a bottleneck, which lines of a Relais come first,
    the least sum of tiers, kilometres, which device goes to which line, and the name of a constraint of competition.
    """
    try:
        _verify(problem, policy, allocation, proof)
    except NotProved:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Whatever is missing, of another type or out of bounds.
        raise NotProved(f"the certificate or the answer is malformed: {error!r}") from error


def _verify(problem: Problem, policy: Policy, allocation: Allocation, proof: Mapping[str, Any]) -> None:
    gates = _gates(problem, policy)
    facts = _facts(problem, policy, gates)
    certificate = read(proof)
    name_of = {one: f"pattern/{number}" for number, one in enumerate(certificate.patterns)}
    names = [name_of.get(one) if facts.reach[number] else None for number, one in enumerate(facts.patterns)]
    need(
        len(name_of) == len(certificate.patterns) == sum(name is not None for name in names), "patterns of other lines"
    )
    promised: dict[str, int] = {}
    hurry = any(line.urgent for line, _ in facts.lines) and policy.urgent_percent > 0
    need((certificate.urgent is not None) == hurry, "urgent lines have no part of their own, or have it in vain")
    if certificate.urgent is not None:
        network = _build(problem, policy, facts, names, gates, only_urgent=True, promised={})
        _check_network(problem, facts, network, certificate.urgent, promised)
        promised = certificate.urgent.whole
    network = _build(problem, policy, facts, names, gates, only_urgent=False, promised=promised)
    _check_network(problem, facts, network, certificate.common, promised)
    check_takes(problem, facts, gates, allocation, certificate.common, promised)
    # Answers of before version 3 said less, and some of it in other words.
    if version_of(allocation.engine) >= 3:
        check_reasons(problem, policy, facts, gates, allocation, certificate.common, network.most, promised)


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


def _facts(problem: Problem, policy: Policy, gates: Mapping[tuple[str, str], int]) -> Facts:
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
    slope, caps, waiting = {}, {}, {}
    wanted: Counter[str] = Counter()
    oldest: dict[str, date] = {}
    for line, _ in lines:
        wanted[line.relais_id] += line.quantity
        oldest[line.relais_id] = min(line.placed_on, oldest.get(line.relais_id, line.placed_on))
    for name, quantity in wanted.items():
        waiting[name] = (problem.as_of - oldest[name]).days
        weight = weigh(policy, relais[name], waiting[name])
        slope[name] = weight.thousandths * (relais[name].asked + quantity)
        caps[name] = _cap(relais[name], policy)
    return Facts(lines, list(known), reach, slope, caps, wanted, waiting)


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
    facts: Facts,
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
        if name is None:
            raise NotProved(f"line {line.id} has a pattern that the certificate does not know")
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
    gate_nodes = {source for source in passed if source.startswith("gate/")}
    doors = {f"relais/{name}" for name in wanted} | network.fixed.keys()
    network.nodes = {f"class/{one.id}" for one in problem.classes if one.devices} | gate_nodes | doors
    network.nodes |= {name for name in names if name is not None} | network.supply.keys()
    return network


def _check_network(
    problem: Problem, facts: Facts, network: _Network, proof: Certified, promised: Mapping[str, int]
) -> None:
    part, levels, shares, flows = proof.part, proof.levels, proof.shares, proof.flows
    ranks = {level: rank for rank, level in enumerate(sorted({one for one in levels if one is not None}))}
    rank_of = [ranks[one] if one is not None else len(ranks) for one in levels]
    need(part.keys() == network.nodes, "other nodes than those of the snapshot")
    need(flows.keys() <= network.arcs.keys(), "a flow on an arc that does not exist")
    need(shares.keys() == proof.whole.keys() == network.most.keys(), "shares of others than those that may receive")
    rank = {node: rank_of[at] for node, at in part.items()}
    balance: dict[str, Fraction | int] = dict.fromkeys(part, 0)
    for arc, capacity in network.arcs.items():
        tail, head = arc
        flow = flows.get(arc, 0)
        if flow < 0 or (capacity is not None and flow > capacity):
            raise NotProved(f"too much from {tail} to {head}")
        if rank[tail] > rank[head] and (capacity is None or flow < capacity):
            raise NotProved(f"{tail} could give to {head}, which is lower")
        if flow:
            balance[tail] += flow
            balance[head] -= flow
            if rank[head] > rank[tail]:
                raise NotProved(f"{tail} gives to {head}, which is higher")
    for name, share in shares.items():
        balance[f"relais/{name}"] += share
    for node, at in part.items():
        used = balance[node] + network.fixed.get(node, 0)
        supply = network.supply.get(node, 0)
        need(0 <= used <= supply, f"{node} gives out more or less than it has")
        need(used == supply or levels[at] is None, f"{node} keeps devices that somebody lacks")
    before = {one.id: one.served + promised.get(one.id, 0) for one in problem.relais}
    moved: dict[int, Fraction | int] = dict.fromkeys(part.values(), 0)
    for name, share in shares.items():
        at = part[f"relais/{name}"]
        level = levels[at]
        need(0 <= share <= network.most[name], f"Relais {name} gets an impossible share")
        if level is None:
            need(share == network.most[name], f"Relais {name} lacks what nothing limits")
        else:
            reached = (before[name] + share) / facts.slope[name]
            need(share == network.most[name] or reached >= level, f"Relais {name} is below its level")
            need(share == 0 or reached <= level, f"Relais {name} is above its level")
        need(abs(proof.whole[name] - share) < 1, f"Relais {name} is moved by a whole device")
        moved[at] += proof.whole[name] - share
    need(not any(moved.values()), "rounding moves devices into or out of a bottleneck")
