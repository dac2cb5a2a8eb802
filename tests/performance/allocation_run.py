"""One size of the allocation bench: `python -m tests.performance.allocation_run LINES [whims | lp SECONDS]`.

Prints one JSON object. A process of its own, so that the peak of memory is that of this size alone.
"""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np
from distribute.engine import Allocation, Problem, Proof, allocate, policy_on
from distribute.engine.baselines import Baseline, first_come, proportional
from distribute.engine.certificate import certificate
from distribute.engine.fairness_report import FairnessReport, fairness
from distribute.engine.flow import CheapestFlow, Integers, max_flow
from distribute.engine.instance import Instance
from distribute.engine.sentences import facts_of, sentence
from distribute.engine.verify import verify

from tests.performance.fair_instance import TODAY, instance

ROUNDS = 5
SLICES = 100
POLICY = policy_on(TODAY)


def problem_of(lines: int, *, whims: bool = False) -> Problem:
    """Three thousand Relais from twenty thousand lines on, fewer below."""
    return instance(lines, relais=min(3000, max(10, lines * 3 // 20)), whims=whims)


class PlainGraph:
    """The graph as it is told: source → class → line → Relais → sink, an arc for each class that each line accepts."""

    def __init__(self, data: Instance) -> None:
        self.data = data
        lines = data.relevant
        first = np.searchsorted(data.patterns.pattern, np.arange(data.patterns.count + 1))
        pattern = data.line_pattern[lines]
        each = (first[1:] - first[:-1])[pattern]
        self.row = np.repeat(np.arange(len(lines)), each)
        entry = np.repeat(first[:-1][pattern], each) + np.arange(len(self.row))
        self.column = data.patterns.source[entry - np.repeat(np.cumsum(each) - each, each)]
        self.quantity, self.owner = data.quantity[lines], data.line_relais[lines]
        classes, relais = len(data.stock), len(data.slope)
        self.wanted = np.zeros(relais, np.int64)
        np.add.at(self.wanted, self.owner, self.quantity)
        self.at_relais = classes + len(lines)
        self.source, self.sink = self.at_relais + relais, self.at_relais + relais + 1
        rows = np.arange(len(lines))
        self.tail = np.concatenate([np.full(classes, self.source), self.column, classes + rows])
        self.head = np.concatenate([np.arange(classes), classes + self.row, self.at_relais + self.owner])
        self.capacity = np.concatenate([data.stock, self.quantity[self.row], self.quantity])
        self.whole = (
            np.concatenate([self.tail, self.at_relais + np.arange(relais)]),
            np.concatenate([self.head, np.full(relais, self.sink)]),
            np.concatenate([self.capacity, self.wanted]),
        )

    def flow(self) -> int:
        """One maximum flow: the unit of the bench."""
        return max_flow(self.sink + 1, *self.whole, self.source, self.sink).value

    def convex(self, total: int) -> Integers:
        """Devices per Relais by one minimum-cost flow: the share of each in slices, the next dearer than the last."""
        data, relais = self.data, np.repeat(np.arange(len(self.wanted)), SLICES)
        steps = np.floor(np.outer(self.wanted, np.arange(SLICES + 1) / SLICES)).astype(np.int64)
        width = np.diff(steps, axis=1).ravel()
        reached = data.served[relais] + steps[:, 1:].ravel()
        cost = (10**9 * reached // np.maximum(data.slope[relais], 1)).astype(np.int64)
        supply = np.zeros(self.sink + 1, np.int64)
        supply[self.source], supply[self.sink] = total, -total
        network = CheapestFlow(
            np.concatenate([self.tail, self.at_relais + relais]),
            np.concatenate([self.head, np.full(len(relais), self.sink)]),
            np.concatenate([self.capacity, width]),
            supply,
        )
        flows = network.at(np.concatenate([np.zeros(len(self.tail), np.int64), cost]))
        given = np.zeros(len(self.wanted), np.int64)
        np.add.at(given, relais, flows[len(self.tail) :])
        return given

    def first_level(self, seconds: float) -> float | None:
        """The plain linear program of the highest minimum share (HiGHS); None when it does not end in time."""
        data, entries = self.data, len(self.row)
        classes, lines = len(data.stock), len(self.quantity)
        asking = np.flatnonzero(self.wanted)
        rows = classes + lines + len(asking)
        owner_row = classes + lines + np.searchsorted(asking, self.owner)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = entries + 1, rows
        model.col_cost_ = np.concatenate([np.zeros(entries), [-1.0]])
        model.col_lower_, model.col_upper_ = np.zeros(entries + 1), np.full(entries + 1, highspy.kHighsInf)
        served = data.served[asking].astype(np.float64)
        model.row_lower_ = np.concatenate([np.full(classes + lines, -highspy.kHighsInf), -served])
        model.row_upper_ = np.concatenate([data.stock, self.quantity, np.full(len(asking), highspy.kHighsInf)])
        columns = np.stack([self.column, classes + self.row, owner_row[self.row]], axis=1).ravel()
        model.a_matrix_.start_ = np.concatenate([np.arange(entries + 1) * 3, [entries * 3 + len(asking)]])
        model.a_matrix_.index_ = np.concatenate([columns, classes + lines + np.arange(len(asking))])
        model.a_matrix_.value_ = np.concatenate([np.ones(entries * 3), -data.slope[asking] / 1000])
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", seconds)
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return -float(solver.getInfo().objective_function_value)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def answer(problem: Problem) -> tuple[Allocation, Proof, list[str]]:
    """Everything that counts: shares, rounding, lines, classes, serials, reasons, sentences, fingerprints."""
    allocation, proof = allocate(problem, POLICY)
    return allocation, proof, [sentence(facts_of(one.reason)) for one in allocation.lines]


def measure(lines: int, *, whims: bool) -> dict[str, Any]:
    gc.disable()  # as in the process that computes proposals
    problem = problem_of(lines, whims=whims)
    ours, flows, prints = [], [], set()
    graph = None
    for _ in range(ROUNDS):
        seconds, (allocation, proof, _) = timed(lambda: answer(problem))
        ours.append(seconds)
        prints.add(allocation.output_sha256)
        graph = graph or PlainGraph(proof.instance)
        flows.append(timed(graph.flow)[0])
    assert graph is not None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if len(prints) != 1:
        raise SystemExit("the same problem was answered in two ways")
    seconds, one = statistics.median(ours), statistics.median(flows)
    data = proof.instance
    checking, _ = timed(lambda: verify(problem, POLICY, allocation, certificate(proof)))
    convex_s, convex = timed(lambda: graph.convex(allocation.given))
    greedy_s, greedy = timed(lambda: first_come(data))

    def report(given: Any) -> dict[str, float]:
        return figures(fairness(data, given))

    def per_relais(way: Baseline) -> Any:
        return np.bincount(data.line_relais, way.totals, len(data.slope))

    return {
        "lines": lines,
        "relais": len(problem.relais),
        "classes": len(data.stock),
        "devices": int(data.stock.sum()),
        "wanted": int(data.quantity.sum()),
        "plain_arcs": len(graph.tail) + len(graph.wanted),
        "patterns": data.patterns.count,
        "bottlenecks": len(allocation.bottlenecks),
        "max_flows_solved": allocation.effort.max_flows,
        "seconds": seconds,
        "one_max_flow_seconds": one,
        "in_max_flows": seconds / one,
        "peak_mb": peak,
        "verify_seconds": checking,
        "convex_seconds": convex_s,
        "greedy_seconds": greedy_s,
        "fair": report(np.array([float(one.fair) for one in allocation.relais])),
        "whole": report(np.array([one.given for one in allocation.relais])),
        "convex": report(convex),
        "first_come": report(per_relais(greedy)),
        "proportional": report(per_relais(proportional(data))),
    }


def figures(report: FairnessReport) -> dict[str, float]:
    return {
        "minimum": report.minimum_weighted_share,
        "jain": report.jain,
        "gini": report.gini,
        "rural_gap": report.rural_gap,
        "given": report.given,
        "without_any": report.without_any,
    }


def linear_program(lines: int, seconds: float) -> dict[str, Any]:
    """The plain LP of the first level at one size, and what our engine says of the same level."""
    _, proof = allocate(problem_of(lines), POLICY.model_copy(update={"urgent_percent": 0}))
    graph = PlainGraph(proof.instance)
    took, level = timed(lambda: graph.first_level(seconds))
    shares, data = proof.common, proof.instance
    players = shares.plan.relais_of
    exact = (data.served[players] + shares.numerator[players] / shares.denominator[players]) / data.slope[players]
    return {"lines": lines, "seconds": took, "level": level, "exact_level": float(exact.min()) * 1000}


if __name__ == "__main__":
    size, *rest = sys.argv[1:]
    is_program = rest[:1] == ["lp"]
    result = linear_program(int(size), float(rest[1])) if is_program else measure(int(size), whims=rest == ["whims"])
    sys.stdout.write(json.dumps(result) + "\n")
