"""Who could pass a device on: whether a Relais at its cap would have more without it."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from distribute.engine.fair_shares import UNBOUNDED
from distribute.engine.flow import Integers
from distribute.engine.instance import Instance
from distribute.engine.result import RelaisResult
from distribute.engine.whole_shares import Shares

# More than any share: devices that nobody takes.
FREE = Fraction(1 << 62)


class Exchanges:
    """Per node of the common network, the highest share of a Relais that a device could be passed on from to it."""

    def __init__(self, instance: Instance, shares: Shares, relais: Sequence[RelaisResult]) -> None:
        parts, plan = shares.fair, shares.plan
        self.first_pattern = plan.patterns
        self.reached = [
            (one.before + one.fair) / slope if slope else Fraction(0)
            for one, slope in zip(relais, instance.slope.tolist(), strict=True)
        ]
        scale = np.array([one.scale if one is not None else 1 for one in parts.settled], np.int64)[parts.part]
        free = np.flatnonzero(parts.supply * scale > parts.drawn).tolist()
        offers = [(FREE, node) for node in free]
        for node, one in zip(plan.network.players.tolist(), plan.relais_of.tolist(), strict=True):
            if relais[one].fair > relais[one].urgent:
                offers.append((self.reached[one], node))
        self.best = _spread(sorted(offers, reverse=True), *_ways(shares, scale), plan.network.nodes)

    def would_give_more(self, owner: int, pattern: int) -> bool:
        """Whether somebody with a higher share, or nobody, has what could come to lines of this pattern."""
        best = self.best[self.first_pattern + pattern]
        return best is not None and best > self.reached[owner]


def _ways(shares: Shares, scale: Integers) -> tuple[Integers, Integers]:
    """Where a device could be passed on: along arcs with room, and back along arcs that carry something."""
    parts, network = shares.fair, shares.plan.network
    flow = np.where(parts.live, parts.flows, np.where(parts.full, network.capacity, 0))
    most = network.capacity * np.where(parts.live, scale[network.tail], 1)
    room = (network.capacity == UNBOUNDED) | (flow < most)
    carries = flow > 0
    return (
        np.concatenate([network.tail[room], network.head[carries]]),
        np.concatenate([network.head[room], network.tail[carries]]),
    )


def _spread(
    offers: Sequence[tuple[Fraction, int]], start: Integers, end: Integers, nodes: int
) -> list[Fraction | None]:
    order = np.argsort(start, kind="stable")
    ends = end[order].tolist()
    bounds = np.searchsorted(start[order], np.arange(nodes + 1)).tolist()
    best: list[Fraction | None] = [None] * nodes
    # The highest first: a node keeps the first offer that comes to it.
    for offer, node in offers:
        if best[node] is not None:
            continue
        best[node] = offer
        waiting = [node]
        while waiting:
            one = waiting.pop()
            for other in ends[bounds[one] : bounds[one + 1]]:
                if best[other] is None:
                    best[other] = offer
                    waiting.append(other)
    return best
