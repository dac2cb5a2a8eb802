"""Minimum-cost flows: as cheap as another library's, also when costs change, and never given without their proof."""

import numpy as np
import pytest
from distribute.engine.flow import CheapestFlow, FlowFailed, Integers
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

NODES = 6
node = st.integers(0, NODES - 1)
arcs = st.lists(st.tuples(node, node, st.integers(0, 9)).filter(lambda one: one[0] != one[1]), max_size=20)


def least(tail: Integers, head: Integers, capacity: Integers, cost: Integers, supply: Integers) -> int | None:
    """The least cost by OR-Tools (push-relabel); None where nothing meets the supplies."""
    other = SimpleMinCostFlow()
    other.add_arcs_with_capacity_and_unit_cost(tail.astype(np.int32), head.astype(np.int32), capacity, cost)
    other.set_nodes_supplies(np.arange(NODES, dtype=np.int32), supply)
    return int(other.optimal_cost()) if other.solve() == SimpleMinCostFlow.OPTIMAL else None


@given(arcs, st.lists(st.integers(0, 5), min_size=NODES, max_size=NODES), st.data())
@settings(max_examples=examples(200), deadline=None)
def test_what_is_found_costs_the_least_also_when_costs_change(
    rows: list[tuple[int, int, int]], wanted: list[int], data: st.DataObject
) -> None:
    tail, head, capacity = np.array([*rows, (0, 1, 1)], np.int64).T.copy()
    supply = np.array(wanted, np.int64)
    supply[-1] -= supply.sum()
    network = CheapestFlow(tail, head, capacity, supply)
    for _ in range(3):
        cost = np.array(data.draw(st.lists(st.integers(0, 99), min_size=len(tail), max_size=len(tail))), np.int64)
        known = least(tail, head, capacity, cost, supply)
        if known is None:
            with pytest.raises(FlowFailed):
                network.at(cost)
        else:
            assert int((network.at(cost) * cost).sum()) == known


DIAMOND = (np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3]), np.array([5, 5, 5, 5]), np.array([4, 0, 0, -4]))
COST = np.array([1, 2, 1, 1])


@pytest.mark.parametrize("flows", [(0, 4, 0, 4), (4, 0, 0, 4), (6, -2, 6, -2), (3, 0, 3, 0)])
def test_a_flow_that_is_dearer_or_none_is_refused(flows: tuple[int, ...]) -> None:
    network = CheapestFlow(*DIAMOND)
    assert network.at(COST).tolist() == [4, 0, 4, 0]
    price = np.asarray(network.solver.raw_potentials(), np.int64)
    with pytest.raises(FlowFailed, match="prices"):
        network._prove(np.array(flows, np.int64), COST, price)


def test_nothing_asked_nothing_sent() -> None:
    assert not CheapestFlow(*DIAMOND[:3], np.zeros(4, np.int64)).at(COST).any()
