"""Check all that is told beside the devices: histories, weights, bottlenecks, and the figures of every reason.

Counted again from the snapshot, the takes and the certificate, in plain Python.
"""

from collections.abc import Mapping, Sequence

from distribute.engine.policy import Policy, weigh
from distribute.engine.problem import Acceptance, Line, Problem, StockClass
from distribute.engine.result import Allocation, Binding, Bottleneck, LineResult
from distribute.engine.verify_input import Certified, Facts, NotProved, need

OUT_OF_REACH = {
    Binding.NOTHING_READY,
    Binding.SET_ASIDE,
    Binding.OUT_OF_CAMPAIGN,
    Binding.PUBLIC_ONLY,
    Binding.NOT_ALLOWED,
}


def check_reasons(
    problem: Problem,
    policy: Policy,
    facts: Facts,
    gates: Mapping[tuple[str, str], int],
    allocation: Allocation,
    proof: Certified,
    most: Mapping[str, int],
    promised: Mapping[str, int],
) -> None:
    """Raise NotProved for a figure or a constraint that does not follow. `most`: what each Relais can take at most."""
    need(allocation.policy == policy.label, "the policy has another name")
    bottlenecks, number = _bottlenecks(problem, proof, most)
    need(allocation.bottlenecks == tuple(bottlenecks), "the bottlenecks are not the certificate's")
    _check_relais(problem, policy, facts, allocation, proof, number, promised)
    _check_lines(problem, facts, gates, allocation, proof, bottlenecks, number)
    shops = {one.id: (one.region, one.place) for one in problem.classes}
    parcels = {(shops[take.class_id], one.relais_id) for one in allocation.lines for take in one.takes}
    need(allocation.shipments == len(parcels), "another number of parcels")


def _bottlenecks(
    problem: Problem, proof: Certified, most: Mapping[str, int]
) -> tuple[list[Bottleneck], dict[int, int]]:
    """Lowest level first, and the number of each by its part; a part that this run has nothing for is none."""
    relais: dict[int, list[str]] = {}
    for name in sorted(proof.shares):
        relais.setdefault(proof.part[f"relais/{name}"], []).append(name)
    classes: dict[int, list[str]] = {}
    for name in sorted(one.id for one in problem.classes if one.devices):
        classes.setdefault(proof.part[f"class/{name}"], []).append(name)
    found: list[Bottleneck] = []
    number: dict[int, int] = {}
    for level, part in sorted((level, part) for part, level in enumerate(proof.levels) if level is not None):
        members = relais.get(part, [])
        devices = sum(proof.shares[name] for name in members)
        if devices:
            number[part] = len(found)
            found.append(
                Bottleneck(
                    level * 1000,
                    tuple(members),
                    tuple(classes.get(part, [])),
                    int(devices),
                    sum(most[name] for name in members),
                )
            )
    return found, number


def _check_relais(
    problem: Problem,
    policy: Policy,
    facts: Facts,
    allocation: Allocation,
    proof: Certified,
    number: Mapping[int, int],
    promised: Mapping[str, int],
) -> None:
    known = {one.id: one for one in problem.relais}
    for result in allocation.relais:
        name = result.relais_id
        relais = known[name]
        part = proof.part.get(f"relais/{name}")
        need(result.weight == weigh(policy, relais, facts.waiting.get(name, 0)), f"Relais {name} has another weight")
        need(result.asked == relais.asked + facts.wanted.get(name, 0), f"Relais {name} asked for another number")
        need(result.before == relais.served, f"Relais {name} had another number before")
        need(result.urgent == promised.get(name, 0), f"Relais {name} was promised another number for its urgent lines")
        need(
            result.bottleneck == (number.get(part) if part is not None else None), f"Relais {name} shares another part"
        )


def _check_lines(
    problem: Problem,
    facts: Facts,
    gates: Mapping[tuple[str, str], int],
    allocation: Allocation,
    proof: Certified,
    bottlenecks: Sequence[Bottleneck],
    number: Mapping[int, int],
) -> None:
    lines = {line.id: line for line in problem.lines}
    pattern_of = {line.id: pattern for line, pattern in facts.lines}
    relais = {one.relais_id: one for one in allocation.relais}
    caps = facts.caps
    agreement = {one.id: one.has_agreement for one in problem.relais}
    acceptances = {one.id: one for one in problem.acceptances}
    ready, rivals = _competition(problem, facts, gates)
    nearest, at_gate = _nearest(facts, gates, proof)
    hindered = _Hindered(problem, acceptances)
    at = {id(one): place for place, one in enumerate(allocation.bottlenecks)}
    for one in allocation.lines:
        line, reason, name = lines[one.line_id], one.reason, one.line_id
        binding = reason.binding
        pattern = pattern_of.get(name)
        if not (one.relais_id == line.relais_id and one.wanted == reason.wanted == line.quantity):
            raise NotProved(f"line {name} is told as another line")
        if reason.relais is not relais[line.relais_id] and reason.relais != relais[line.relais_id]:
            raise NotProved(f"line {name} is told another Relais")
        if reason.substitutes != _substitutes(one, acceptances[line.acceptance_id]):
            raise NotProved(f"line {name} is told another number of substitutes")
        counted = (ready[pattern], rivals[pattern]) if pattern is not None else (0, 0)
        if (reason.ready, reason.rivals) != counted:
            raise NotProved(f"line {name} is told another competition")
        if (binding is Binding.COMPLETE) != (reason.given == reason.wanted):
            raise NotProved(f"line {name} is complete, or not")
        if (binding is Binding.NO_AGREEMENT) == agreement[line.relais_id]:
            raise NotProved(f"line {name}: the agreement of its Relais is told wrong")
        if pattern is None and binding is not Binding.NO_AGREEMENT and binding is not hindered.by(line):
            raise NotProved(f"line {name} is hindered by something else")
        if pattern is not None and binding in OUT_OF_REACH:
            raise NotProved(f"line {name} could have had a device")
        if binding is Binding.CAP and relais[line.relais_id].fair != caps[line.relais_id]:
            raise NotProved(f"line {name}: its Relais has not reached its cap")
        if binding is Binding.CAMPAIGN_SHARE and not (pattern is not None and at_gate[pattern]):
            raise NotProved(f"line {name}: its campaign's part is not used up")
        if pattern is None or binding in {Binding.COMPLETE, Binding.CAP}:
            places: set[int | None] = {None}
        else:
            places = {number.get(part) for part in nearest[pattern]}
        if _place(reason.bottleneck, at, bottlenecks) not in places:
            raise NotProved(f"line {name} is told another bottleneck")


def _place(one: Bottleneck | None, at: Mapping[int, int], bottlenecks: Sequence[Bottleneck]) -> int | None:
    """The number of a bottleneck, which reasons mostly share with the answer."""
    if one is None:
        return None
    return at[id(one)] if id(one) in at else bottlenecks.index(one)


def _substitutes(line: LineResult, acceptance: Acceptance) -> int:
    return sum(len(take.devices) for take in line.takes if take.tier >= acceptance.asked)


def _competition(problem: Problem, facts: Facts, gates: Mapping[tuple[str, str], int]) -> tuple[list[int], list[int]]:
    """Per pattern: devices that it could have, and what all lines that could have one of them lack together."""
    stock = {one.id: len(one.devices) for one in problem.classes}
    demand = [0] * len(facts.patterns)
    for line, pattern in facts.lines:
        demand[pattern] += line.quantity
    # Sets of patterns are whole numbers, a bit each: of every class those that it suits, and of every binary digit of
    # a demand those that have it.
    suits = dict.fromkeys(stock, 0)
    bits = [1 << number for number in range(len(demand))]
    for bit, reach in zip(bits, facts.reach, strict=True):
        for name in reach:
            suits[name] |= bit
    digits = [0] * max(demand, default=0).bit_length()
    for bit, quantity in zip(bits, demand, strict=True):
        for digit in range(quantity.bit_length()):
            if quantity >> digit & 1:
                digits[digit] |= bit
    ready, rivals = [], []
    for (_, campaign, _), reach in zip(facts.patterns, facts.reach, strict=True):
        ready.append(
            sum(
                stock[name] if campaign is None or source.startswith("class/") else gates[name, campaign]
                for name, source in reach.items()
            )
        )
        touched = 0
        for name in reach:
            touched |= suits[name]
        rivals.append(sum((touched & having).bit_count() << digit for digit, having in enumerate(digits)))
    return ready, rivals


def _nearest(facts: Facts, gates: Mapping[tuple[str, str], int], proof: Certified) -> tuple[list[set[int]], list[bool]]:
    """Per pattern, the parts with the highest level among those that it could have a device of; and whether it ends
    there at gates alone, with all of its gates used up and cut off from their classes."""
    order = {level: rank for rank, level in enumerate(sorted({one for one in proof.levels if one is not None}))}
    rank = [order[one] if one is not None else len(order) for one in proof.levels]
    node, shut = {}, set()
    for name, campaign in gates:
        gate, of_class = f"gate/{name}/{campaign}", f"class/{name}"
        if gate in proof.part:
            full = proof.flows.get((of_class, gate), 0) == gates[name, campaign]
            if full and proof.part[gate] != proof.part[of_class]:
                shut.add(gate)
            node[gate] = gate if gate in shut else of_class
    found, at_gate = [], []
    for reach in facts.reach:
        part = {source: proof.part[node.get(source, source)] for source in reach.values()}
        highest = max((rank[at] for at in part.values()), default=0)
        nearest = {source for source, at in part.items() if rank[at] == highest}
        found.append({part[source] for source in nearest})
        at_gate.append(nearest <= shut and all(source in shut for source in part if source in node))
    return found, at_gate


class _Hindered:
    """What stands between a line that no device may go to and what would suit it."""

    def __init__(self, problem: Problem, acceptances: Mapping[str, Acceptance]) -> None:
        self.stocked = {one.id: one for one in problem.classes if one.devices}
        self.may_receive = {one.id: one.may_receive_public_origin for one in problem.relais}
        self.acceptances = acceptances
        self.known: dict[tuple[str, bool, bool], Binding] = {}

    def by(self, line: Line) -> Binding:
        key = (line.acceptance_id, self.may_receive[line.relais_id], line.campaign is None)
        if key not in self.known:
            tiers = self.acceptances[line.acceptance_id].tiers
            suiting = [self.stocked[name] for tier in tiers for name in tier if name in self.stocked]
            self.known[key] = _hindrance(suiting, may_receive=key[1], of_everybody=key[2])
        return self.known[key]


def _hindrance(suiting: Sequence[StockClass], *, may_receive: bool, of_everybody: bool) -> Binding:
    if not suiting:
        return Binding.NOTHING_READY
    public = sum(one.public_origin and not may_receive for one in suiting)
    if public == len(suiting):
        return Binding.PUBLIC_ONLY
    if public:
        return Binding.NOT_ALLOWED
    return Binding.SET_ASIDE if of_everybody else Binding.OUT_OF_CAMPAIGN
