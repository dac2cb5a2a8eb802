"""How the devices of a Relais go to its lines: its most pressing lines first, at the least sum of positions."""

import numpy as np

from distribute.engine.fair_shares import UNBOUNDED
from distribute.engine.flow import CheapestFlow, Integers
from distribute.engine.instance import Instance
from distribute.engine.whole_shares import Shares


def line_totals(instance: Instance, shares: Shares, promised: Integers) -> Integers:
    """Devices of each line. Relais get exactly `promised` and their whole share, urgent lines at least `promised`.

    One minimum-cost flow: a device for the n-th line of a Relais costs n. No exchange of devices, across the whole
    network, would serve more pressing lines instead of less pressing ones of the same Relais.
    """
    plan, whole = shares.plan, shares.whole
    network, usable = plan.network, shares.usable
    lines = np.zeros(len(instance.quantity), np.int64)
    getting = (promised + whole) > 0
    relevant = instance.relevant
    rows = relevant[getting[instance.line_relais[relevant]] & usable[plan.line_arc]]
    owner, pattern = instance.line_relais[rows], instance.line_pattern[rows]
    has_desk = np.zeros(len(instance.slope), np.bool_)
    has_desk[plan.desk_of] = True
    desk = instance.urgent[rows] & has_desk[owner]
    door = np.where(
        desk, plan.desks + np.searchsorted(plan.desk_of, owner), plan.relais + np.searchsorted(plan.relais_of, owner)
    )
    # The upper half of the network as it stands; below it, an arc per line.
    upper = np.flatnonzero(
        usable & ((network.head < plan.desks) | ((network.tail >= plan.desks) & (network.tail < plan.relais)))
    )
    # What classes hold comes in at them; what is left over goes out at one more node.
    left_over = network.nodes
    classes = len(instance.stock)
    total = int((promised + whole).sum())
    capacity = network.capacity[upper].copy()
    capacity[capacity == UNBOUNDED] = total
    supply = np.zeros(network.nodes + 1, np.int64)
    supply[:classes] = instance.stock
    supply[left_over] = total - int(instance.stock.sum())
    supply[plan.desks : plan.relais] -= promised[plan.desk_of]
    supply[plan.relais : plan.end] -= whole[plan.relais_of]
    flows = CheapestFlow(
        np.concatenate([network.tail[upper], np.arange(classes), plan.patterns + pattern]),
        np.concatenate([network.head[upper], np.full(classes, left_over), door]),
        np.concatenate([capacity, instance.stock, instance.quantity[rows]]),
        supply,
    ).at(np.concatenate([np.zeros(len(upper) + classes, np.int64), instance.position[rows]]))
    lines[rows] = flows[len(upper) + classes :]
    return lines
