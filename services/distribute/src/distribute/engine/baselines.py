"""Two other ways to share, to compare with: first come, first served, and everybody in proportion to the demand.

Both keep the hard rules (acceptance, agreement, public origin, campaigns, caps) and forget history and weights.
"""

from dataclasses import dataclass

import numpy as np

from distribute.engine.fairness_report import Numbers
from distribute.engine.instance import Instance
from distribute.engine.transport import TINY, Takes

ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a simpler way gives: devices (perhaps fractions) of each line, and from which classes."""

    totals: Numbers
    takes: Takes


def first_come(instance: Instance) -> Baseline:
    """What each line gets when lines are served one after the other: oldest first, then by id; best tier first."""
    left = [*instance.stock.tolist(), *instance.gates.capacity.tolist()]
    inside = instance.gates.of_class.tolist()
    patterns = instance.patterns
    order = np.lexsort((patterns.source, patterns.tier, patterns.pattern))
    sources = patterns.source[order].tolist()
    bounds = np.searchsorted(patterns.pattern[order], np.arange(patterns.count + 1)).tolist()
    totals = np.zeros(len(instance.quantity), np.float64)
    takes: list[tuple[int, int, int]] = []
    placed = np.array([line.placed_on.toordinal() for line in instance.problem.lines], np.int64)
    relevant = instance.relevant
    classes = len(instance.stock)
    room = np.where(instance.cap < 0, instance.quantity.sum(), instance.cap).tolist()
    for line in relevant[np.argsort(placed[relevant], kind="stable")].tolist():
        relais = int(instance.line_relais[line])
        wanted = missing = min(int(instance.quantity[line]), room[relais])
        pattern = int(instance.line_pattern[line])
        for source in sources[bounds[pattern] : bounds[pattern + 1]]:
            held = source if source < classes else inside[source - classes]
            count = min(missing, left[source], left[held])
            if count:
                takes.append((line, held, count))
                room[relais] -= count
                left[source] -= count
                if held != source:
                    left[held] -= count
                missing -= count
                if not missing:
                    break
        totals[line] = wanted - missing
    columns = np.array(takes, np.int64).reshape(len(takes), 3).T
    return Baseline(totals, Takes(columns[0], columns[1], columns[2].astype(np.float64)))


def proportional(instance: Instance) -> Baseline:
    """What each line gets (fractions) when each class is split in proportion to what the lines still lack.

    A line that is offered more than it lacks takes from each class in proportion, and so do the lines of a Relais that
    is offered more than its cap; what comes back is split again.
    """
    relevant, patterns = instance.relevant, instance.patterns
    first = np.searchsorted(patterns.pattern, np.arange(patterns.count + 1))
    pattern = instance.line_pattern[relevant]
    each = (first[1:] - first[:-1])[pattern]
    row = np.repeat(np.arange(len(relevant)), each)
    entry = np.repeat(first[:-1][pattern], each) + np.arange(len(row)) - np.repeat(np.cumsum(each) - each, each)
    source = patterns.source[entry]
    capacity = np.concatenate([instance.stock, instance.gates.capacity]).astype(np.float64)
    classes = np.concatenate([np.arange(len(instance.stock)), instance.gates.of_class])
    lacking = instance.quantity[relevant].astype(np.float64)
    given = np.zeros(len(row), np.float64)
    owner = instance.line_relais[relevant]
    room = np.where(instance.cap < 0, np.inf, instance.cap)
    for _ in range(ROUNDS if len(relevant) else 0):
        # A Relais at its cap asks for nothing more, so that it holds nothing back from the others.
        asking = np.where(room[owner] > TINY, lacking, 0.0)
        wanted = np.bincount(source, asking[row], len(capacity))
        in_class = np.bincount(classes, wanted, len(instance.stock))
        own = np.divide(capacity, wanted, out=np.zeros_like(capacity), where=wanted > TINY)
        shared = np.divide(capacity[classes], in_class[classes], out=np.zeros_like(own), where=in_class[classes] > TINY)
        # Never more than is lacking from one class; what several classes offer together is cut back below.
        offer = asking[row] * np.clip(np.minimum(own, shared), 0.0, 1.0)[source]
        offered = np.bincount(row, offer, len(relevant))
        keep = np.divide(asking, offered, out=np.ones_like(offered), where=offered > asking)
        kept = np.bincount(owner, offered * keep, len(room))
        fits = np.divide(room, kept, out=np.ones_like(kept), where=kept > room)
        taken = offer * keep[row] * fits[owner[row]]
        given += taken
        gone = np.bincount(source, taken, len(capacity))
        capacity -= gone
        through = len(instance.stock) + np.arange(len(instance.gates.capacity))
        capacity[: len(instance.stock)] -= np.bincount(instance.gates.of_class, gone[through], len(instance.stock))
        capacity = np.maximum(capacity, 0.0)
        taken_by_line = np.bincount(row, taken, len(relevant))
        lacking = np.maximum(lacking - taken_by_line, 0.0)
        room = np.maximum(room - np.bincount(owner, taken_by_line, len(room)), 0.0)
    totals = np.zeros(len(instance.quantity), np.float64)
    totals[relevant] = instance.quantity[relevant] - lacking
    return Baseline(totals, Takes(relevant[row], classes[source], given))
