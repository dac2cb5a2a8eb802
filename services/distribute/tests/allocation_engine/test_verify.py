"""The verifier believes nothing: a true answer passes, and each of these alterations of one of many rules is found.

What it leaves to the replay is said in `verify`. Certificates made by hand are beside this file.
"""

import copy
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from distribute.engine import Allocation, LineResult, Take, allocate
from distribute.engine.certificate import certificate
from distribute.engine.verify import NotProved, verify

from .small import POLICY, Certificate, Proved, small_problem


@pytest.fixture(scope="module")
def run() -> Proved:
    """A problem with several bottlenecks, everybody's rules in it, and its answer."""
    for seed in range(1000):
        problem = small_problem(random.Random(seed).randint, relais=12, classes=6)
        allocation, proof = allocate(problem, POLICY)
        if len(allocation.bottlenecks) > 1 and proof.urgent is not None and allocation.given > 10:
            return problem, allocation, certificate(proof)
    raise AssertionError("no such problem")


def test_the_true_answer_passes(run: Proved) -> None:
    problem, allocation, proof = run
    verify(problem, POLICY, allocation, proof)


def altered_flow(proof: Certificate) -> None:
    proof["common"]["flows"][0][2] += 1


def altered_level(proof: Certificate) -> None:
    levels = [one for one in proof["common"]["levels"] if one is not None]
    levels[0][0] += 1


def altered_share(proof: Certificate) -> None:
    one = next(iter(proof["common"]["shares"].values()))
    one[0] += one[1]


def altered_rounding(proof: Certificate) -> None:
    name = next(iter(proof["common"]["whole"]))
    proof["common"]["whole"][name] += 1


def forgotten_remainders(proof: Certificate) -> None:
    """Everybody keeps the whole part only: within one device each, and devices are left lying about."""
    for name, (top, bottom) in proof["common"]["shares"].items():
        proof["common"]["whole"][name] = top // bottom


def altered_part(proof: Certificate) -> None:
    nodes = proof["common"]["nodes"]
    name = next(one for one in nodes if one.startswith("relais/") and nodes[one] != nodes["pattern/0"])
    nodes[name] = nodes["pattern/0"]


def forgotten_urgency(proof: Certificate) -> None:
    proof["urgent"] = None


@pytest.mark.parametrize(
    "alter",
    [
        altered_flow,
        altered_level,
        altered_share,
        altered_rounding,
        forgotten_remainders,
        altered_part,
        forgotten_urgency,
    ],
)
def test_an_altered_certificate_is_refused(run: Proved, alter: Callable[[Certificate], None]) -> None:
    problem, allocation, proof = run
    proof = copy.deepcopy(proof)
    alter(proof)
    with pytest.raises(NotProved):
        verify(problem, POLICY, allocation, proof)


def served(allocation: Allocation) -> LineResult:
    return next(one for one in allocation.lines if one.takes)


def swap_in(allocation: Allocation, line: LineResult, changed: LineResult) -> Allocation:
    return replace(allocation, lines=tuple(changed if one is line else one for one in allocation.lines))


def one_device_twice(allocation: Allocation) -> Allocation:
    line = served(allocation)
    other = next(one for one in allocation.lines if one.takes and one is not line)
    first = other.takes[0]
    stolen = replace(first, devices=line.takes[0].devices[:1] + first.devices[1:])
    return swap_in(allocation, other, replace(other, takes=(stolen, *other.takes[1:])))


def a_class_that_was_not_asked(allocation: Allocation) -> Allocation:
    line = served(allocation)
    return swap_in(allocation, line, replace(line, takes=(Take("unknown", 0, line.takes[0].devices), *line.takes[1:])))


def a_device_less(allocation: Allocation) -> Allocation:
    line = served(allocation)
    take = replace(line.takes[0], devices=line.takes[0].devices[1:])
    return swap_in(allocation, line, replace(line, takes=(take, *line.takes[1:])))


def another_share_told(allocation: Allocation) -> Allocation:
    first = allocation.relais[0]
    return replace(allocation, relais=(replace(first, fair=first.fair + Fraction(1, 7)), *allocation.relais[1:]))


def a_line_left_out(allocation: Allocation) -> Allocation:
    return replace(allocation, lines=allocation.lines[1:])


@pytest.mark.parametrize(
    "alter", [one_device_twice, a_class_that_was_not_asked, a_device_less, another_share_told, a_line_left_out]
)
def test_an_altered_answer_is_refused(run: Proved, alter: Callable[[Allocation], Allocation]) -> None:
    problem, allocation, proof = run
    with pytest.raises(NotProved):
        verify(problem, POLICY, alter(allocation), proof)


def test_another_snapshot_is_not_proved_by_this_certificate(run: Proved) -> None:
    problem, allocation, proof = run
    busier = tuple(replace(line, quantity=line.quantity + 5) for line in problem.lines)
    with pytest.raises(NotProved):
        verify(replace(problem, lines=busier), POLICY, allocation, proof)


def test_a_feasible_split_with_levels_made_up_is_refused(run: Proved) -> None:
    problem, allocation, proof = run
    proof = copy.deepcopy(proof)
    # Lift every level to one: then nobody is above, and those below are found.
    proof["common"]["levels"] = [[1, 1] if one is not None else None for one in proof["common"]["levels"]]
    with pytest.raises(NotProved):
        verify(problem, POLICY, allocation, proof)
