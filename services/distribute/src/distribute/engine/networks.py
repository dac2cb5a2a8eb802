"""The two networks of shares: what urgent lines may take first, then everybody."""

from dataclasses import dataclass

import numpy as np

from distribute.engine.distinct import distinct
from distribute.engine.fair_shares import UNBOUNDED, Network
from distribute.engine.flow import Integers
from distribute.engine.instance import Instance


@dataclass(frozen=True, slots=True)
class Layout:
    """A network, and what its nodes stand for: classes, gates, patterns, urgent desks, Relais, in this order.

    An *urgent desk* is the door of the urgent lines of one Relais: what it was promised first goes out there, anything
    more counts as the Relais' common share.
    """

    network: Network
    gates: int
    patterns: int
    desks: int
    relais: int
    end: int
    desk_of: Integers  # Relais of each desk
    relais_of: Integers  # Relais of each player
    entries: Integers  # entries of the patterns that have an arc here,
    entry_arc: int  # the first of these arcs,
    line_arc: Integers  # and the arc of each relevant line, which it shares with its like


def layout(instance: Instance, *, only_urgent: bool, promised: Integers) -> Layout:
    """Lay out a network. `promised` holds, per Relais, what its urgent desk must receive; zero in the first network."""
    patterns, gates = instance.patterns, instance.gates
    relevant = instance.relevant
    if only_urgent:
        relevant = relevant[instance.urgent[relevant]]
    owner, pattern = instance.line_relais[relevant], instance.line_pattern[relevant]
    desk = instance.urgent[relevant] & (not only_urgent)
    desk_of = distinct(owner[desk])
    relais_of = distinct(owner)
    at_gates = len(instance.stock)
    at_patterns = at_gates + len(gates.capacity)
    at_desks = at_patterns + patterns.count
    at_relais = at_desks + len(desk_of)
    end = at_relais + len(relais_of)
    door = np.where(desk, at_desks + np.searchsorted(desk_of, owner), at_relais + np.searchsorted(relais_of, owner))
    joined, which = np.unique(np.stack([pattern, door]), axis=1, return_inverse=True)
    capacity = np.zeros(joined.shape[1], np.int64)
    np.add.at(capacity, which, instance.quantity[relevant])
    wanted = np.zeros(patterns.count, np.bool_)
    wanted[pattern] = True
    entries = np.flatnonzero(wanted[patterns.pattern])
    source = patterns.source[entries]
    supply = np.zeros(end, np.int64)
    fixed = np.zeros(end, np.int64)
    tails = [gates.of_class, source, at_patterns + joined[0], at_desks + np.arange(len(desk_of))]
    heads = [
        at_gates + np.arange(len(gates.capacity)),
        at_patterns + patterns.pattern[entries],
        joined[1],
        at_relais + np.searchsorted(relais_of, desk_of),
    ]
    capacities = [
        gates.capacity,
        np.full(len(entries), UNBOUNDED, np.int64),
        capacity,
        np.full(len(desk_of), UNBOUNDED, np.int64),
    ]
    if only_urgent:
        # One more node per category: the published share of its devices.
        supply = np.concatenate([supply, instance.urgent_part])
        fixed = np.zeros(len(supply), np.int64)
        tails.append(end + instance.category)
        heads.append(np.arange(len(instance.stock)))
        capacities.append(instance.stock)
    else:
        supply[: len(instance.stock)] = instance.stock
        fixed[at_desks:at_relais] = promised[desk_of]
    network = Network(
        len(supply),
        np.concatenate(tails),
        np.concatenate(heads),
        np.concatenate(capacities),
        supply,
        fixed,
        at_relais + np.arange(len(relais_of)),
    )
    line_arc = len(gates.capacity) + len(entries) + which.ravel()
    return Layout(
        network,
        at_gates,
        at_patterns,
        at_desks,
        at_relais,
        end,
        desk_of,
        relais_of,
        entries,
        len(gates.capacity),
        line_arc,
    )


def most_each(instance: Instance, plan: Layout, *, only_urgent: bool, promised: Integers) -> Integers:
    """What each player can take at most: what its lines lack, within its cap, less what it was promised."""
    relevant = instance.relevant
    if only_urgent:
        relevant = relevant[instance.urgent[relevant]]
    wanted = np.zeros(len(instance.slope), np.int64)
    np.add.at(wanted, instance.line_relais[relevant], instance.quantity[relevant])
    capped = np.where(instance.cap < 0, wanted, np.minimum(wanted, instance.cap))
    most: Integers = (capped - promised)[plan.relais_of]
    return most
