"""A canonical problem as arrays of whole numbers: what the flows are built from, and every hard rule applied.

Lines that accept the same classes under the same rules share one *pattern*; the lines of one Relais with one pattern
compete with nobody but each other, so that the network has an arc for them instead of a node each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, repeat

import numpy as np

from distribute.engine.distinct import distinct
from distribute.engine.flow import LIMIT, Booleans, Integers, TooLarge
from distribute.engine.policy import Policy, Weight, weigh
from distribute.engine.problem import Acceptance, Line, Problem, Relais

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Patterns:
    """Which classes each pattern accepts: entry i says that `pattern[i]` accepts `source[i]` in its tier `tier[i]`.

    A source below the number of classes is a class; above it is a gate: what a campaign may take of a class.
    """

    count: int
    pattern: Integers
    source: Integers
    tier: Integers
    keys: tuple[tuple[int, str | None, bool], ...]  # (acceptance, campaign, may receive public-origin devices)


@dataclass(frozen=True, slots=True)
class Gates:
    """A campaign's share of a class of the stock of everybody."""

    of_class: Integers
    capacity: Integers
    keys: Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class Instance:
    """All of one run. Lines and Relais are rows of the canonical problem, by number."""

    problem: Problem  # without the classes that hold nothing
    policy: Policy
    stock: Integers  # devices of each class
    category: Integers  # of each class
    urgent_part: Integers  # of each category: what urgent lines may take first
    gates: Gates
    patterns: Patterns
    distinct_tiers: tuple[tuple[tuple[str, ...], ...], ...]  # of each acceptance, by number
    line_relais: Integers
    line_pattern: Integers  # NOWHERE for a line that no device could go to
    quantity: Integers
    urgent: Booleans
    position: Integers  # of a line among those of its Relais: who is served first at home
    weights: tuple[Weight, ...]
    waiting: Integers  # days since the oldest line of the Relais that a device could go to; 0 without one
    asked: Integers  # per Relais: in the window, plus what those lines lack
    served: Integers
    slope: Integers  # weight in thousandths × asked
    cap: Integers  # devices at most in this run, -1 for no limit

    @property
    def relevant(self) -> Integers:
        """Lines that some device could go to."""
        return np.flatnonzero(self.line_pattern != NOWHERE)


def instance_of(problem: Problem, policy: Policy) -> Instance:
    """Lay out a canonical problem. Raises TooLarge when its exact integers would not fit in 64 bits."""
    # Classes without a device leave no trace: not even in how the solver breaks ties.
    problem = replace(problem, classes=tuple(one for one in problem.classes if one.devices))
    class_number = {one.id: number for number, one in enumerate(problem.classes)}
    relais_number = {one.id: number for number, one in enumerate(problem.relais)}
    acceptance_number, acceptances = _distinct(problem.acceptances)
    stock = np.array([len(one.devices) for one in problem.classes], np.int64)
    categories = {name: number for number, name in enumerate(sorted({one.category for one in problem.classes}))}
    category = np.array([categories[one.category] for one in problem.classes], np.int64)
    urgent_part = np.array([_urgent_part(problem, policy, one) for one in categories], np.int64)
    gates = _gates(problem, policy, stock, category)
    line_relais = np.array([relais_number[line.relais_id] for line in problem.lines], np.int64)
    patterns, line_pattern = _patterns(
        problem, acceptance_number, _numbered(acceptances, class_number), gates, line_relais
    )
    gates, patterns = _without_idle_gates(len(problem.classes), gates, patterns)
    quantity = np.array([line.quantity for line in problem.lines], np.int64)
    relevant = np.flatnonzero(line_pattern != NOWHERE)
    wanted = np.zeros(len(problem.relais), np.int64)
    np.add.at(wanted, line_relais[relevant], quantity[relevant])
    waiting = _waiting(problem, line_relais, relevant)
    weights = tuple(weigh(policy, one, int(days)) for one, days in zip(problem.relais, waiting, strict=True))
    asked = np.array([one.asked for one in problem.relais], np.int64) + wanted
    slope = np.array([one.thousandths for one in weights], np.int64) * asked
    caps = [_cap(one, policy) for one in problem.relais]
    instance = Instance(
        problem,
        policy,
        stock,
        category,
        urgent_part,
        gates,
        patterns,
        tuple(one.tiers for one in acceptances),
        line_relais,
        line_pattern,
        quantity,
        np.array([line.urgent for line in problem.lines], np.bool_),
        _positions(problem.lines, line_relais, relevant),
        weights,
        waiting,
        asked,
        np.array([one.served for one in problem.relais], np.int64),
        slope,
        np.array(caps, np.int64),
    )
    _check_size(instance)
    return instance


def _distinct(acceptances: Sequence[Acceptance]) -> tuple[dict[str, int], list[Acceptance]]:
    """Number of each acceptance by id; two with the same tiers share one."""
    by_tiers: dict[tuple[tuple[str, ...], ...], int] = {}
    numbers = {one.id: by_tiers.setdefault(one.tiers, len(by_tiers)) for one in acceptances}
    first: dict[int, Acceptance] = {}
    for one in acceptances:
        first.setdefault(numbers[one.id], one)
    return numbers, [first[number] for number in range(len(by_tiers))]


@dataclass(frozen=True, slots=True)
class _Accepted:
    """What each acceptance names and some stock is of: rows `first[number]` to `first[number + 1]`."""

    first: Integers
    held: Integers
    tier: Integers


def _numbered(acceptances: Sequence[Acceptance], class_number: Mapping[str, int]) -> _Accepted:
    tiers = [tier for one in acceptances for tier in one.tiers]
    named = np.array([len(tier) for tier in tiers], np.int64)
    ranks = np.array([rank for one in acceptances for rank in range(len(one.tiers))], np.int64)
    owner = np.repeat(np.arange(len(acceptances)), [len(one.tiers) for one in acceptances])
    held = np.fromiter(
        map(class_number.get, chain.from_iterable(tiers), repeat(NOWHERE)), np.int64, count=int(named.sum())
    )
    stocked = held != NOWHERE
    first = np.searchsorted(np.repeat(owner, named)[stocked], np.arange(len(acceptances) + 1))
    return _Accepted(first, held[stocked], np.repeat(ranks, named)[stocked])


def _urgent_part(problem: Problem, policy: Policy, category: str) -> int:
    """What urgent lines may take first of the free devices of a category: the published share of these and of those
    promised lately, less what urgent lines were promised of the latter."""
    free = sum(len(one.devices) for one in problem.classes if one.category == category)
    lately = problem.lately_of(category)
    return min(max(-(-policy.urgent_percent * (free + lately.given) // 100) - lately.urgent, 0), free)


def _gates(problem: Problem, policy: Policy, stock: Integers, category: Integers) -> Gates:
    """What each campaign that has lines may take of each class of the stock of everybody.

    The percentage holds for a category as a whole, what was promised of it lately included: whole devices of it are
    spread over its classes by largest remainder, so that a category of many small classes gives as much as one of a few
    big ones.
    """
    of_class: list[int] = []
    capacity: list[int] = []
    keys: dict[tuple[int, str], int] = {}
    everybody = np.array([one.campaign is None for one in problem.classes], np.bool_)
    for campaign in sorted({line.campaign for line in problem.lines if line.campaign is not None}):
        percent = policy.campaign_share(campaign)
        for one in distinct(category[everybody]):
            members = np.flatnonzero(everybody & (category == one))
            free = int(stock[members].sum())
            lately = problem.lately_of(problem.classes[members[0]].category)
            # In hundredths of a device: the remainders are exact.
            part = percent * (free + lately.of_everybody) - 100 * lately.taken(campaign)
            part = min(max(part, 0), 100 * free)
            whole, remainder = np.divmod(stock[members] * part, 100 * free)
            left = part // 100 - int(whole.sum())
            whole[np.argsort(-remainder, kind="stable")[:left]] += 1
            for number, most in zip(members, whole, strict=True):
                if most:
                    keys[int(number), campaign] = len(of_class)
                    of_class.append(int(number))
                    capacity.append(int(most))
    return Gates(np.array(of_class, np.int64), np.array(capacity, np.int64), keys)


def _without_idle_gates(classes: int, gates: Gates, patterns: Patterns) -> tuple[Gates, Patterns]:
    """Leave out the gates that no pattern comes through: a campaign's hopeless lines leave no trace."""
    passing = patterns.source >= classes
    used, which = np.unique(patterns.source[passing] - classes, return_inverse=True)
    source = patterns.source.copy()
    source[passing] = classes + which
    names = list(gates.keys)
    kept = {names[old]: new for new, old in enumerate(used.tolist())}
    return Gates(gates.of_class[used], gates.capacity[used], kept), replace(patterns, source=source)


def _patterns(
    problem: Problem,
    acceptance_number: Mapping[str, int],
    acceptances: _Accepted,
    gates: Gates,
    line_relais: Integers,
) -> tuple[Patterns, Integers]:
    """The patterns that some device could go to, and the one of each line."""
    found: dict[tuple[int, str | None, bool], int] = {}
    line_pattern = np.full(len(problem.lines), NOWHERE, np.int64)
    for row, (line, owner) in enumerate(zip(problem.lines, line_relais.tolist(), strict=True)):
        relais = problem.relais[owner]
        if relais.has_agreement:
            key = (acceptance_number[line.acceptance_id], line.campaign, relais.may_receive_public_origin)
            line_pattern[row] = found.setdefault(key, len(found))
    keys = list(found)
    pattern, source, tier = _entries(problem, keys, acceptances, gates)
    # Patterns that nothing is left for fall away, and the others close the ranks.
    standing = np.zeros(len(keys) + 1, np.bool_)
    standing[pattern] = True
    renumbered = np.where(standing, np.cumsum(standing) - 1, NOWHERE)
    kept = tuple(key for key, stands in zip(keys, standing[:-1].tolist(), strict=True) if stands)
    return Patterns(len(kept), renumbered[pattern], source, tier, kept), renumbered[line_pattern]


def _entries(
    problem: Problem,
    keys: Sequence[tuple[int, str | None, bool]],
    acceptances: _Accepted,
    gates: Gates,
) -> tuple[Integers, Integers, Integers]:
    """Pattern, source and tier of everything that the keys' acceptances name and the rules let through."""
    campaigns = {name: number for number, name in enumerate(sorted({one for _, one, _ in keys if one is not None}))}
    # A class of a campaign without lines is nobody's: -2 equals no line's campaign.
    of_class = np.array(
        [NOWHERE if one.campaign is None else campaigns.get(one.campaign, -2) for one in problem.classes], np.int64
    )
    is_public = np.array([one.public_origin for one in problem.classes], np.bool_)
    gate = np.full((len(problem.classes), len(campaigns) + 1), NOWHERE, np.int64)
    for (inside, campaign), number in gates.keys.items():
        if campaign in campaigns:
            gate[inside, campaigns[campaign]] = len(problem.classes) + number
    accepted = np.array([one for one, _, _ in keys], np.int64)
    begin = acceptances.first[accepted]
    each = acceptances.first[accepted + 1] - begin
    pattern = np.repeat(np.arange(len(keys)), each)
    row = np.repeat(begin - (np.cumsum(each) - each), each) + np.arange(len(pattern))
    held, tier = acceptances.held[row], acceptances.tier[row]
    campaign_of = np.array([NOWHERE if one is None else campaigns[one] for _, one, _ in keys], np.int64)[pattern]
    may_public = np.array([one for _, _, one in keys], np.bool_)[pattern]
    of_everybody = of_class[held] == NOWHERE
    source = np.where((campaign_of != NOWHERE) & of_everybody, gate[held, campaign_of], held)
    let_through = np.flatnonzero(
        (may_public | ~is_public[held]) & (of_everybody | (of_class[held] == campaign_of)) & (source != NOWHERE)
    )
    return pattern[let_through], source[let_through], tier[let_through]


def _waiting(problem: Problem, line_relais: Integers, relevant: Integers) -> Integers:
    """Days since the oldest relevant line of each Relais."""
    placed = np.array([line.placed_on.toordinal() for line in problem.lines], np.int64)
    today = problem.as_of.toordinal()
    oldest = np.full(len(problem.relais), today, np.int64)
    np.minimum.at(oldest, line_relais[relevant], placed[relevant])
    return today - oldest


def _positions(rows: Sequence[Line], line_relais: Integers, relevant: Integers) -> Integers:
    """At home: urgent lines first, then by the date wanted (none is last), then by age, then by id.

    Lines that no device could go to have no place: they must not come between the others.
    """
    positions = np.zeros(len(rows), np.int64)
    lines = [rows[row] for row in relevant.tolist()]
    never = date.max.toordinal()
    order = relevant[
        np.lexsort(
            (
                relevant,
                np.array([line.placed_on.toordinal() for line in lines], np.int64),
                np.array([line.wanted_on.toordinal() if line.wanted_on else never for line in lines], np.int64),
                np.array([not line.urgent for line in lines], np.bool_),
                line_relais[relevant],
            )
        )
    ]
    owner = line_relais[order]
    positions[order] = np.arange(len(order)) - np.searchsorted(owner, owner, side="left")
    return positions


def _cap(relais: Relais, policy: Policy) -> int:
    caps = [one for one in (relais.cap, policy.cap_per_run) if one is not None]
    return min(caps) if caps else -1


def _check_size(instance: Instance) -> None:
    """Raise TooLarge unless every integer of the decomposition fits.

    A level is P/Q with Q at most the sum of slopes, and at most 1 over the least weight: Q × devices bounds what flows,
    and P × slope is at most Q × asked × (greatest weight / least weight). Relais without a line that a device could go
    to are in no network.
    """
    there = distinct(instance.line_relais[instance.relevant])
    if not len(there):
        return
    devices = int(instance.stock.sum()) + int(instance.quantity[instance.relevant].sum()) + 1
    thousandths = [instance.weights[relais].thousandths for relais in there.tolist()]
    spread = max(thousandths) // max(min(thousandths), 1) + 1
    slopes = sum(instance.slope[there].tolist())
    if 2 * slopes * max(devices, int(instance.asked[there].max()) * spread) >= LIMIT:
        raise TooLarge(f"{devices} devices and a total weight of {slopes} thousandths")
