"""The fair shares of a small problem by trying everything: all cuts, all sets of Relais. Fractions, no flows.

Independent of the engine but for the policy's weights: what a set of Relais can receive is the least cut of all, and
levels are raised until some set of Relais cannot follow.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil
from typing import NamedTuple

from distribute.engine import Line, Policy, Problem, StockClass
from distribute.engine.policy import weigh

Members = frozenset[str]
Rank = Callable[[Members, Members], int]


class BruteForce(NamedTuple):
    """Exact shares of each Relais: what urgent lines take first, what everybody then gets on top of it, and that in
    whole devices."""

    urgent: dict[str, Fraction]
    common: dict[str, Fraction]
    whole: dict[str, int]


def brute_force(problem: Problem, policy: Policy, whole_urgent: Mapping[str, int]) -> BruteForce:
    """Try everything. `whole_urgent` is what urgent lines were promised, in whole devices."""
    sources = _sources(problem, policy)
    lines = [line for line in problem.lines if _accepts(problem, line, sources)]
    everybody = sorted({line.relais_id for line in lines})
    relais = {one.id: one for one in problem.relais}
    slope, cap = {}, {}
    for name in everybody:
        mine = [line for line in lines if line.relais_id == name]
        waiting = max((problem.as_of - line.placed_on).days for line in mine)
        weight = weigh(policy, relais[name], waiting).thousandths
        slope[name] = weight * (relais[name].asked + sum(line.quantity for line in mine))
        cap[name] = min((one for one in (relais[name].cap, policy.cap_per_run) if one is not None), default=10**9)
    served = {name: relais[name].served for name in everybody}

    urgent_lines = [line for line in lines if line.urgent]
    urgent: dict[str, Fraction] = {}
    if urgent_lines and policy.urgent_percent:
        players = sorted({line.relais_id for line in urgent_lines})
        most = {
            name: min(cap[name], sum(line.quantity for line in urgent_lines if line.relais_id == name))
            for name in players
        }
        room = _room(players, {}, _rank(problem, sources, urgent_lines, most, policy.urgent_percent))
        urgent = _raise_levels(players, slope, served, most, room)

    promised = {name: count for name, count in whole_urgent.items() if count}
    most = {
        name: min(cap[name], sum(line.quantity for line in lines if line.relais_id == name)) - promised.get(name, 0)
        for name in everybody
    }
    before = {name: served[name] + promised.get(name, 0) for name in everybody}
    room = _room(everybody, promised, _rank(problem, sources, lines, most, None))
    common = _raise_levels(everybody, slope, before, most, room)
    return BruteForce(urgent, common, _round(common, slope, before, _waiting(problem, lines), room))


def _sources(problem: Problem, policy: Policy) -> dict[tuple[str, str | None], int]:
    """(class, campaign of the line) → devices of the class that such lines may take."""
    found: dict[tuple[str, str | None], int] = {}
    campaigns = {line.campaign for line in problem.lines if line.campaign}
    for one in problem.classes:
        found[one.id, one.campaign] = len(one.devices)
    for campaign in campaigns:
        for category in {one.category for one in problem.classes}:
            free = sorted(
                (one for one in problem.classes if one.category == category and one.campaign is None),
                key=lambda one: one.id,
            )
            stock = sum(len(one.devices) for one in free)
            share = Fraction(policy.campaign_share(campaign), 100)
            part = share * stock
            for past in problem.lately:
                if past.category == category:
                    part += share * past.of_everybody - sum(n for name, n in past.campaigns if name == campaign)
            part = max(Fraction(0), min(part, Fraction(stock)))
            exact = {one.id: part * len(one.devices) / stock for one in free if stock}
            whole = {name: int(share) for name, share in exact.items()}
            extra = int(sum(exact.values())) - sum(whole.values())
            for name in sorted(exact, key=lambda name: (whole[name] - exact[name], name))[:extra]:
                whole[name] += 1
            found |= {(name, campaign): count for name, count in whole.items()}
    return {key: count for key, count in found.items() if count}


def _accepts(problem: Problem, line: Line, sources: Mapping[tuple[str, str | None], int]) -> Members:
    """Sources that the line may take from, written class/campaign."""
    relais = next(one for one in problem.relais if one.id == line.relais_id)
    acceptance = next(one for one in problem.acceptances if one.id == line.acceptance_id)
    accepted = {name for tier in acceptance.tiers for name in tier}
    return frozenset(
        f"{one.id}/{line.campaign}"
        for one in problem.classes
        if one.id in accepted
        and relais.has_agreement
        and not (one.public_origin and not relais.may_receive_public_origin)
        and (one.id, line.campaign) in sources
        and one.campaign in (None, line.campaign)
    )


def _cuts(
    problem: Problem, sources: Mapping[tuple[str, str | None], int], percent: int | None
) -> Iterator[tuple[int, Members]]:
    """Every way to cut the stock: its capacity, and the sources that still give."""
    by_category: dict[str, list[StockClass]] = {}
    for one in problem.classes:
        if one.devices:
            by_category.setdefault(one.category, []).append(one)
    options = []
    for category, classes in by_category.items():
        ways: list[tuple[int, Members]] = []
        total = sum(len(one.devices) for one in classes)
        if percent is not None:
            given = sum(one.given for one in problem.lately if one.category == category)
            urgent = sum(one.urgent for one in problem.lately if one.category == category)
            ways.append((max(0, min(total, ceil(Fraction(percent * (total + given), 100)) - urgent)), frozenset()))
        per_class = []
        for one in classes:
            campaigns = [campaign for name, campaign in sources if name == one.id]
            inner: list[tuple[int, Members]] = [(len(one.devices), frozenset())]
            for kept in product((True, False), repeat=len(campaigns)):
                inner.append(
                    (
                        sum(
                            sources[one.id, campaign]
                            for campaign, keep in zip(campaigns, kept, strict=True)
                            if not keep
                        ),
                        frozenset(
                            f"{one.id}/{campaign}" for campaign, keep in zip(campaigns, kept, strict=True) if keep
                        ),
                    )
                )
            per_class.append(inner)
        for choice in product(*per_class):
            ways.append((sum(cost for cost, _ in choice), frozenset().union(*(open_ for _, open_ in choice))))
        options.append(ways)
    for choice in product(*options):
        yield sum(cost for cost, _ in choice), frozenset().union(*(open_ for _, open_ in choice))


def _rank(
    problem: Problem,
    sources: Mapping[tuple[str, str | None], int],
    lines: Sequence[Line],
    most: Mapping[str, int],
    percent: int | None,
) -> Rank:
    """What can reach these Relais and these urgent desks together, as a function of both sets."""
    accepted = {line.id: _accepts(problem, line, sources) for line in lines}
    only_urgent = percent is not None
    table = []
    for cost, open_ in set(_cuts(problem, sources, percent)):
        plain, urgent = dict.fromkeys(most, 0), dict.fromkeys(most, 0)
        for line in lines:
            if accepted[line.id] & open_:
                (urgent if line.urgent and not only_urgent else plain)[line.relais_id] += line.quantity
        table.append((cost, plain, urgent))

    def rank(players: Members, desks: Members) -> int:
        return min(
            cost
            + sum(min(most[name], plain[name] + (0 if name in desks else urgent[name])) for name in players)
            + sum(urgent[name] for name in desks)
            for cost, plain, urgent in table
        )

    return rank


def _room(players: Sequence[str], promised: Mapping[str, int], rank: Rank) -> dict[Members, int]:
    """What each set of Relais can receive beside what was promised to urgent desks."""
    desks = [frozenset(one) for one in _subsets(list(promised))]
    return {
        members: min(rank(members, one) - sum(promised[name] for name in one) for one in desks)
        for members in map(frozenset, _subsets(players))
        if members
    }


def _waiting(problem: Problem, lines: Sequence[Line]) -> dict[str, int]:
    """Days since the oldest line of each Relais."""
    waiting: dict[str, int] = {}
    for line in lines:
        waiting[line.relais_id] = max(waiting.get(line.relais_id, 0), (problem.as_of - line.placed_on).days)
    return waiting


def _round(
    shares: Mapping[str, Fraction],
    slope: Mapping[str, int],
    before: Mapping[str, int],
    waiting: Mapping[str, int],
    room: Mapping[Members, int],
) -> dict[str, int]:
    """Whole parts first; then one more each, if it can be delivered: the lowest level first, in it the largest
    remainder measured in share, then the longest wait, then the id."""
    whole = {name: int(share) for name, share in shares.items()}
    left = {name: share - whole[name] for name, share in shares.items() if share != whole[name]}
    for name in sorted(
        left,
        key=lambda name: (
            (before[name] + shares[name]) / slope[name],
            -left[name] / slope[name],
            -waiting[name],
            name,
        ),
    ):
        whole[name] += 1
        if any(sum(whole[one] for one in members) > most for members, most in room.items()):
            whole[name] -= 1
    return whole


def _raise_levels(
    players: Sequence[str],
    slope: Mapping[str, int],
    before: Mapping[str, int],
    most: Mapping[str, int],
    room: Mapping[Members, int],
) -> dict[str, Fraction]:
    """Raise the level of all until a set cannot follow; fix that set; go on with the others."""

    def amount(name: str, level: Fraction) -> Fraction:
        return min(max(level * slope[name] - before[name], Fraction(0)), Fraction(most[name]))

    fixed: dict[str, Fraction] = {}
    while len(fixed) < len(players):
        left: dict[Members, tuple[list[str], Fraction]] = {}
        for members, most_together in room.items():
            moving = [name for name in sorted(members) if name not in fixed]
            rest = most_together - sum(fixed[name] for name in members if name in fixed)
            if moving and sum(most[name] for name in moving) > rest:
                left[members] = (moving, Fraction(rest))
        if not left:
            return fixed | {name: Fraction(most[name]) for name in players if name not in fixed}
        level = min(_highest(moving, rest, slope, before, most, amount) for moving, rest in left.values())
        for moving, rest in left.values():
            if sum(amount(name, level) for name in moving) == rest:
                fixed |= {name: amount(name, level) for name in moving}
    return fixed


def _highest(
    moving: Sequence[str],
    rest: Fraction,
    slope: Mapping[str, int],
    before: Mapping[str, int],
    most: Mapping[str, int],
    amount: Callable[[str, Fraction], Fraction],
) -> Fraction:
    """The highest level that these Relais can reach with what is left for them."""
    turns = sorted(
        {Fraction(before[name], slope[name]) for name in moving}
        | {Fraction(before[name] + most[name], slope[name]) for name in moving}
    )
    filled = [sum(amount(name, turn) for name in moving) for turn in turns]
    at = next(index for index, total in enumerate(filled) if total > rest)
    return turns[at - 1] + (rest - filled[at - 1]) * (turns[at] - turns[at - 1]) / (filled[at] - filled[at - 1])


def _subsets(names: Sequence[str]) -> Iterator[list[str]]:
    for kept in product((True, False), repeat=len(names)):
        yield [name for name, keep in zip(names, kept, strict=True) if keep]
