"""Check who gets which devices: each device once, to a line that may have it, as many as its Relais' whole share."""

from collections import Counter
from collections.abc import Iterable, Mapping

from distribute.engine.problem import Problem, StockClass
from distribute.engine.result import Allocation, LineResult
from distribute.engine.verify_input import Certified, Facts, NotProved, need


def check_takes(
    problem: Problem,
    facts: Facts,
    gates: Mapping[tuple[str, str], int],
    allocation: Allocation,
    proof: Certified,
    promised: Mapping[str, int],
) -> None:
    """Raise NotProved for a device too many, too few, twice or to the wrong line, or for a younger one first."""
    lines = {line.id: line for line in problem.lines}
    pattern_of = {line.id: pattern for line, pattern in facts.lines}
    tier_of = [
        {name: number for number, tier in enumerate(pattern[0]) for name in tier if name in reach}
        for pattern, reach in zip(facts.patterns, facts.reach, strict=True)
    ]
    of_everybody = {one.id for one in problem.classes if one.campaign is None}
    given: Counter[str] = Counter()
    urgent: Counter[str] = Counter()
    through: Counter[tuple[str, str]] = Counter()
    gone: dict[str, list[str]] = {}
    need([one.line_id for one in allocation.lines] == sorted(lines), "lines are missing, or there are too many")
    for result in allocation.lines:
        line = lines[result.line_id]
        total = _taken(result, tier_of[pattern_of[line.id]] if line.id in pattern_of else {})
        for take in result.takes:
            gone.setdefault(take.class_id, []).extend(take.devices)
            if line.campaign is not None and take.class_id in of_everybody:
                through[take.class_id, line.campaign] += len(take.devices)
        if not total == result.given <= line.quantity:
            raise NotProved(f"line {line.id} gets more than it lacks, or says so")
        given[line.relais_id] += total
        urgent[line.relais_id] += total if line.urgent else 0
    for key, count in through.items():
        need(count <= gates.get(key, 0), f"a campaign takes too much of {key[0]}")
    _check_devices(problem.classes, gone)
    need([one.relais_id for one in allocation.relais] == sorted(_ids(problem)), "a Relais is missing, or told twice")
    for one in allocation.relais:
        kept = promised.get(one.relais_id, 0)
        need(one.fair == proof.shares.get(one.relais_id, 0) + kept, f"Relais {one.relais_id} is told another share")
        expected = proof.whole.get(one.relais_id, 0) + kept
        need(
            given[one.relais_id] == one.given == expected,
            f"Relais {one.relais_id} gets another number of devices",
        )
        need(urgent[one.relais_id] >= kept, f"Relais {one.relais_id}: urgent lines lack what they were promised")


def _ids(problem: Problem) -> Iterable[str]:
    return (one.id for one in problem.relais)


def _taken(line: LineResult, tiers: Mapping[str, int]) -> int:
    """Devices of a line, each of a class that it may take and in the tier that it says."""
    for take in line.takes:
        if take.class_id not in tiers:
            raise NotProved(f"line {line.line_id} may not take class {take.class_id}")
        if type(take.tier) is not int or take.tier != tiers[take.class_id]:
            raise NotProved(f"line {line.line_id} says the wrong preference")
        if not take.devices:
            raise NotProved(f"line {line.line_id} takes nothing of class {take.class_id}")
    if len({take.class_id for take in line.takes}) != len(line.takes):
        raise NotProved(f"line {line.line_id} takes a class twice")
    return sum(len(take.devices) for take in line.takes)


def _check_devices(classes: Iterable[StockClass], gone: Mapping[str, list[str]]) -> None:
    """Each device once; of each class the oldest, by arrival and id."""
    for one in classes:
        left = gone.get(one.id, [])
        devices = set(left)
        need(len(devices) == len(left), f"a device of class {one.id} is given twice")
        oldest = sorted(one.devices, key=lambda device: (device.arrived_on, device.id))[: len(left)]
        need(devices == {device.id for device in oldest}, f"of class {one.id} leave others than the oldest")
