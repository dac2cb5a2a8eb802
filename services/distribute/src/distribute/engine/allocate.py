"""Share the free devices among the open lines: fair to the fraction, rounded by rule, assigned, explained.

    allocation, proof = allocate(problem, policy)

The steps and their literature are in docs/decisions (fair allocation).
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from distribute.engine.assignment import Assignment, assign
from distribute.engine.canonical import canonical, fingerprint_of_input
from distribute.engine.devices_to_lines import line_totals
from distribute.engine.flow import Integers, solver_version
from distribute.engine.instance import Instance, instance_of
from distribute.engine.json_values import fingerprint_of_output
from distribute.engine.policy import Policy
from distribute.engine.problem import Problem, check
from distribute.engine.reasons import bottlenecks, reasons, relais_results
from distribute.engine.result import Allocation, Effort, LineResult, Reason, Take
from distribute.engine.whole_shares import Shares, common_shares, urgent_shares

# Changes whenever the same input may give another output.
ENGINE = "fair_shares_v4"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a certificate is written from: the exact flows of the shares (see `certificate`)."""

    instance: Instance
    urgent: Shares | None
    common: Shares


@dataclass(slots=True)
class _Count:
    max_flows: int = 0
    cheapest_flows: int = 0

    def flow(self) -> None:
        self.max_flows += 1

    def cheapest(self) -> None:
        self.cheapest_flows += 1


class Step(StrEnum):
    """Where a run stands. They come in this order; the last one is told by whoever has the answer checked."""

    READING = "reading"
    URGENT = "urgent"
    SHARES = "shares"
    LINES = "lines"
    CLASSES = "classes"
    REASONS = "reasons"
    CHECKING = "checking"


Tell = Callable[[Step], None]


def allocate(problem: Problem, policy: Policy, tell: Tell = lambda _: None) -> tuple[Allocation, Proof]:
    """The allocation of a snapshot under a policy, and its proof. The same for any order of the rows.

    `tell` hears of each step as it begins. Raises BrokenProblem, TooLarge.
    """
    with _uncollected():
        return _allocate(problem, policy, tell)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector: a run makes hundreds of thousands of tuples, no cycle, and keeps them all."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _allocate(problem: Problem, policy: Policy, tell: Tell) -> tuple[Allocation, Proof]:
    tell(Step.READING)
    check(problem)
    problem = canonical(problem)
    instance = instance_of(problem, policy)
    count = _Count()
    tell(Step.URGENT)
    urgent = urgent_shares(instance, count.flow)
    promised = urgent.whole if urgent is not None else np.zeros(len(instance.slope), np.int64)
    tell(Step.SHARES)
    common = common_shares(instance, promised, count.flow)
    tell(Step.LINES)
    count.cheapest()
    totals = line_totals(instance, common, promised)
    tell(Step.CLASSES)
    assignment = assign(instance, common, totals, count.cheapest)
    tell(Step.REASONS)
    allocation = _explain(instance, common, promised, totals, assignment)
    allocation = replace(
        allocation,
        input_sha256=fingerprint_of_input(problem, policy),
        output_sha256=fingerprint_of_output(allocation),
        effort=Effort(count.max_flows, count.cheapest_flows),
    )
    return allocation, Proof(instance, urgent, common)


def _explain(
    instance: Instance, common: Shares, promised: Integers, totals: Integers, assignment: Assignment
) -> Allocation:
    found, number = bottlenecks(instance, common)
    relais = relais_results(instance, common, promised, promised + common.whole, number)
    substitutes = np.zeros(len(totals), np.int64)
    asked = {one.id: one.asked for one in instance.problem.acceptances}
    first_substitute = np.array([asked[line.acceptance_id] for line in instance.problem.lines], np.int64)
    replaced = assignment.tier >= first_substitute[assignment.line]
    np.add.at(substitutes, assignment.line[replaced], assignment.count[replaced])
    why = reasons(instance, common, totals, substitutes, assignment, relais, found, number)
    return Allocation(
        ENGINE,
        solver_version(),
        instance.policy.label,
        "",
        "",
        _line_results(instance, assignment, why),
        tuple(relais),
        tuple(found),
        assignment.shipments,
        assignment.device_km,
        Effort(0, 0),
    )


def _line_results(instance: Instance, assignment: Assignment, why: list[Reason]) -> tuple[LineResult, ...]:
    problem = instance.problem
    devices = [tuple(device.id for device in one.devices) for one in problem.classes]
    names = [one.id for one in problem.classes]
    takes: list[tuple[Take, ...]] = [()] * len(problem.lines)
    order = np.lexsort((assignment.of_class, assignment.tier, assignment.line))
    columns = (assignment.line, assignment.of_class, assignment.tier, assignment.count, assignment.first)
    for line, held, tier, count, first in zip(*(column[order].tolist() for column in columns), strict=True):
        takes[line] += (Take(names[held], tier, devices[held][first : first + count]),)
    return tuple(
        LineResult(line.id, line.relais_id, line.quantity, taken, reason)
        for line, taken, reason in zip(problem.lines, takes, why, strict=True)
    )
