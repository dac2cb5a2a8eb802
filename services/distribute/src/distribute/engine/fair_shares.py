"""Exact fair shares on a network, by Fujishige's decomposition, every part of one depth in one maximum flow.

What a network can deliver to sets of Relais is a submodular function, so the weighted lexicographic max-min vector is
found by divide and conquer. Settle a part as if its stock were one heap (`one_heap`); send that through the network. If
it arrives, the part is done. If not, the Relais that could still send to the sink in the residual network sit behind a
bottleneck, a minimum cut: they take all that the bottleneck lets through, the others need nothing of it, and the two
sides are settled apart. Sides never share an arc again, so all parts of one depth are one network, and the number of
maximum flows is the depth of the tree instead of its size.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from distribute.engine.flow import Booleans, FlowFailed, Integers, max_flow
from distribute.engine.one_heap import Relaxation, Settled

UNBOUNDED = -1


@dataclass(slots=True)
class Network:
    """Arcs between nodes; what each node gets from outside (`supply`) and must hand out (`fixed`); who has a share.

    `players` are nodes. A capacity of UNBOUNDED never binds.
    """

    nodes: int
    tail: Integers
    head: Integers
    capacity: Integers
    supply: Integers
    fixed: Integers
    players: Integers


@dataclass(slots=True)
class Parts:
    """A network cut into parts that share no arc. Supplies and fixed amounts include what crosses a bottleneck."""

    network: Network
    part: Integers  # of each node
    live: Booleans  # arcs that still stand: both ends in one part
    full: Booleans  # arcs across a bottleneck that carry their capacity; the other fallen arcs carry nothing
    supply: Integers
    fixed: Integers
    targets: list[int]  # devices that leave each part, fixed amounts included
    floors: list[Fraction | None]  # no level of the part is below that of a part it was cut from before the bottleneck
    settled: list[Settled | None] = field(default_factory=list)
    amounts: Integers = field(default_factory=lambda: np.zeros(0, np.int64))  # of players, in 1 / scale of their part
    flows: Integers = field(default_factory=lambda: np.zeros(0, np.int64))  # on live arcs, in 1 / scale of their part
    drawn: Integers = field(default_factory=lambda: np.zeros(0, np.int64))  # of each node's supply, likewise


def fair_shares(network: Network, most: Integers, relaxation: Relaxation, count: Callable[[], None]) -> Parts:
    """The fair vector of a network whose players take at most `most` each; `count` is called once per maximum flow.

    The part with level None holds everybody whom nothing limits; the others are bottlenecks.
    """
    parts = Parts(
        network,
        np.zeros(network.nodes, np.int64),
        np.ones(len(network.tail), np.bool_),
        np.zeros(len(network.tail), np.bool_),
        network.supply.copy(),
        network.fixed.copy(),
        [0],
        [None],
    )
    return _split(parts, relaxation, count, first=Settled(1, most, None))


def refine(parts: Parts, relaxation: Relaxation, count: Callable[[], None]) -> Parts:
    """Share anew within each part, by another rule."""
    again = Parts(
        parts.network,
        parts.part.copy(),
        parts.live.copy(),
        parts.full.copy(),
        parts.supply.copy(),
        parts.fixed.copy(),
        list(parts.targets),
        [None] * len(parts.targets),
    )
    return _split(again, relaxation, count, first=None)


def _split(parts: Parts, relaxation: Relaxation, count: Callable[[], None], first: Settled | None) -> Parts:
    network = parts.network
    parts.settled = [None] * len(parts.targets)
    parts.amounts = np.zeros(len(network.players), np.int64)
    parts.flows = np.zeros(len(network.tail), np.int64)
    parts.drawn = np.zeros(network.nodes, np.int64)
    active = np.ones(len(parts.targets), np.bool_)
    while active.any():
        _settle(parts, relaxation, active, first)
        count()
        value, short, sink_side = _send(parts, active)
        active &= short > 0
        if first is not None:
            # Everybody asked for all they lack. Behind the cut stock is short; before it nothing limits anybody.
            parts.targets[0] = value
        active = _cut(parts, active, sink_side, keep_source_side=first is not None)
        first = None
    return parts


def _settle(parts: Parts, relaxation: Relaxation, active: Booleans, first: Settled | None) -> None:
    """Give each active part its amounts."""
    owner = parts.part[parts.network.players]
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(len(active) + 1))
    fixed = np.zeros(len(active), np.int64)
    np.add.at(fixed, parts.part, parts.fixed)
    for one in np.flatnonzero(active):
        players = order[bounds[one] : bounds[one + 1]]
        if first is not None:
            settled = first
        elif len(players):
            settled = relaxation.settle(players, parts.targets[one] - int(fixed[one]))
            floor = parts.floors[one]
            # Where a range of levels gives the same amounts, take the one that keeps the parts in order.
            if floor is not None and settled.level is not None and settled.level < floor:
                settled = replace(settled, level=floor)
        else:
            settled = Settled(1, np.zeros(0, np.int64), None)
        parts.settled[one] = settled
        parts.amounts[players] = settled.amounts


def _send(parts: Parts, active: Booleans) -> tuple[int, Integers, Booleans]:
    """Send the amounts through the active parts: what arrives, what each lacks, the nodes behind a bottleneck."""
    network, nodes = parts.network, parts.network.nodes
    scales = np.array([one.scale if one is not None else 1 for one in parts.settled], np.int64)
    scale = scales[parts.part]
    working = active[parts.part]
    wanted = parts.fixed * scale
    wanted[network.players] += parts.amounts
    given = parts.supply * scale
    arcs = np.flatnonzero(parts.live & working[network.tail])
    feeds = np.flatnonzero(working & (given > 0))
    drains = np.flatnonzero(working & (wanted > 0))
    capacity = network.capacity[arcs] * scale[network.tail[arcs]]
    capacity[network.capacity[arcs] == UNBOUNDED] = int(given[feeds].sum()) + 1
    source, sink = nodes, nodes + 1
    found = max_flow(
        nodes + 2,
        np.concatenate([network.tail[arcs], np.full(len(feeds), source), drains]),
        np.concatenate([network.head[arcs], feeds, np.full(len(drains), sink)]),
        np.concatenate([capacity, given[feeds], wanted[drains]]),
        source,
        sink,
    )
    parts.flows[arcs] = found.flows[: len(arcs)]
    parts.drawn[feeds] = found.flows[len(arcs) : len(arcs) + len(feeds)]
    short = np.zeros(len(active), np.int64)
    np.add.at(short, parts.part[drains], wanted[drains] - found.flows[len(arcs) + len(feeds) :])
    return found.value, short, found.sink_side[:nodes]


def _cut(parts: Parts, active: Booleans, sink_side: Booleans, *, keep_source_side: bool) -> Booleans:
    """Cut every part that is still active at its bottleneck; say which of the parts there are now need more work."""
    network = parts.network
    behind = sink_side & active[parts.part]
    # Devices cross a bottleneck on arcs that are full; on arcs the other way nothing flows, nor ever will.
    crossing = parts.live & (behind[network.tail] != behind[network.head])
    full = np.flatnonzero(crossing & behind[network.head])
    size, cut_off = (
        np.bincount(parts.part, minlength=len(active)),
        np.bincount(parts.part[behind], minlength=len(active)),
    )
    # Only the first cut may have everybody behind it. Any other that parts nobody would come again for ever.
    if (
        (network.capacity[full] == UNBOUNDED).any()
        or not cut_off[active].all()
        or (not keep_source_side and (cut_off == size)[active].any())
    ):
        raise FlowFailed("a bottleneck that is none: the amounts of a part do not add up to its devices")
    parts.live &= ~crossing
    parts.full[full] = True
    np.add.at(parts.supply, network.head[full], network.capacity[full])
    np.add.at(parts.fixed, network.tail[full], network.capacity[full])
    old = parts.part.copy()
    numbers = np.full(len(active), -1, np.int64)
    split = np.flatnonzero(active)
    numbers[split] = len(active) + np.arange(len(split))
    parts.part[behind] = numbers[old[behind]]
    supply = np.zeros(len(active) + len(split), np.int64)
    np.add.at(supply, parts.part, parts.supply)
    over = np.zeros(len(active), np.int64)
    np.add.at(over, old[network.tail[full]], network.capacity[full])
    for one in split:
        through = int(supply[numbers[one]])
        parts.targets.append(through)
        parts.targets[one] += int(over[one]) - through
        parts.floors.append(parts.floors[one])
        level = parts.settled[one]
        parts.floors[one] = level.level if level is not None else None
        parts.settled.append(None)
    return np.concatenate([np.zeros_like(active) if keep_source_side else active, np.ones(len(split), np.bool_)])
