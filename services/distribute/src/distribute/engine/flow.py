"""The one file that knows OR-Tools: maximum flow and minimum-cost flow on arrays of arcs, integers throughout."""

from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
# Half of what 64 bits hold: sums of two bounded numbers still fit.
LIMIT = 1 << 62


class TooLarge(ValueError):
    """The exact integers of this problem would not fit in 64 bits."""


class FlowFailed(RuntimeError):
    """The solver gave up where a solution exists: a fault in this package."""


def solver_version() -> str:
    """Library and version, as runs keep it."""
    return f"OR-Tools {version('ortools')}"


@dataclass(frozen=True, slots=True)
class MaxFlow:
    """A maximum flow: its value, the flow on each arc, and the nodes that could still send to the sink.

    That set of nodes is the smallest sink side of a minimum cut. It is the same for every maximum flow.
    """

    value: int
    flows: Integers
    sink_side: Booleans


def max_flow(nodes: int, tail: Integers, head: Integers, capacity: Integers, source: int, sink: int) -> MaxFlow:
    """Solve one maximum flow. Arcs: three arrays of equal length; capacities are not negative."""
    solver = SimpleMaxFlow()
    arcs = solver.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), capacity)
    # With no arc to the last node the solver knows neither it nor a cut. Nothing is asked, and nothing falls short.
    if not (head == sink).any():
        return MaxFlow(0, np.zeros(len(tail), np.int64), np.zeros(nodes, np.bool_))
    if solver.solve(source, sink) != SimpleMaxFlow.OPTIMAL:
        raise FlowFailed("maximum flow")
    sink_side = np.zeros(nodes, np.bool_)
    sink_side[np.asarray(solver.get_sink_side_min_cut(), np.int64)] = True
    flows = np.asarray(solver.flows(arcs), np.int64)
    return MaxFlow(int(solver.optimal_flow()), flows, sink_side)


def cheapest_flow(tail: Integers, head: Integers, capacity: Integers, cost: Integers, supply: Integers) -> Integers:
    """Flow on each arc that meets every supply (positive) and demand (negative) at the least cost."""
    if not supply.any():
        return np.zeros(len(tail), np.int64)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail.astype(np.int32), head.astype(np.int32), capacity, cost)
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = solver.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise FlowFailed(f"minimum-cost flow: {status}")
    return np.asarray(solver.flows(arcs), np.int64)
