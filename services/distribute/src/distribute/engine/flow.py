"""The one file that knows the solvers: flows on arrays of arcs, integers throughout.

Maximum flows are OR-Tools' (push-relabel), minimum-cost flows LEMON's (network simplex).
"""

from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
from ortools.graph.python.max_flow import SimpleMaxFlow
from pylmcf import Graph

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
# Half of what 64 bits hold: sums of two bounded numbers still fit.
LIMIT = 1 << 62


class TooLarge(ValueError):
    """The exact integers of this problem would not fit in 64 bits."""


class FlowFailed(RuntimeError):
    """The solver gave up where a solution exists: a fault in this package."""


def solver_version() -> str:
    """Libraries and versions, as runs keep them."""
    return f"OR-Tools {version('ortools')}, pylmcf {version('pylmcf')}"


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


class CheapestFlow:
    """Minimum-cost flows on one network: what meets every supply (positive) and demand (negative) at the least cost.

    When costs change the solver goes on from where it stood, which takes next to nothing. Every answer is proved before
    it is given, by the prices that came with it.
    """

    def __init__(self, tail: Integers, head: Integers, capacity: Integers, supply: Integers) -> None:
        # The solver wants arcs in this order. A stable sort: which of two like arcs carries more is part of the answer.
        self.order = np.argsort(tail * len(supply) + head, kind="stable")
        self.tail, self.head, self.capacity = tail[self.order], head[self.order], capacity[self.order]
        self.supply = supply
        self.solver = Graph(len(supply), self.tail.astype(np.int32), self.head.astype(np.int32))
        self.solver.set_node_supply(supply)
        self.solver.set_edge_capacities(self.capacity)

    def at(self, cost: Integers) -> Integers:
        """Flow on each arc when a device on it costs that much (not negative, and little beside `LIMIT`)."""
        cost = cost[self.order]
        self.solver.set_edge_costs(cost)
        try:
            self.solver.solve()
        except RuntimeError as error:
            raise FlowFailed(f"minimum-cost flow: {error}") from error
        found = np.asarray(self.solver.result(), np.int64)
        self._prove(found, cost, np.asarray(self.solver.raw_potentials(), np.int64))
        flows = np.empty_like(found)
        flows[self.order] = found
        return flows

    def _prove(self, flows: Integers, cost: Integers, price: Integers) -> None:
        """Nobody could be cheaper: what an arc carries pays for itself at these prices, and what would pay is full."""
        left = self.supply.copy()
        np.subtract.at(left, self.tail, flows)
        np.add.at(left, self.head, flows)
        loss = cost + price[self.tail] - price[self.head]
        fits = (flows >= 0) & (flows <= self.capacity)
        if left.any() or not (fits & ((loss <= 0) | (flows == 0)) & ((loss >= 0) | (flows == self.capacity))).all():
            raise FlowFailed("minimum-cost flow: an answer that its prices do not prove")
